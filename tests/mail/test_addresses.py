import pytest

from marketplace.mail.addresses import BadAddressError, clean_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" rathaus@weisendorf.example ", "rathaus@weisendorf.example"),
        ("Vor.Nach+x@Stadt.Example", "Vor.Nach+x@stadt.example"),
        ("post@köln.example", "post@xn--kln-sna.example"),
        ("o'neill@sub.stadt-beispiel.example", "o'neill@sub.stadt-beispiel.example"),
    ],
)
def test_good_addresses(text: str, address: str) -> None:
    assert clean_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rathaus",
        "@weisendorf.example",
        "rathaus@",
        "rathaus@localhost",
        "rathaus@127.0.0.1",
        "rathaus@[127.0.0.1]",
        "a@b.example, c@d.example",
        "a@b.example;c@d.example",
        "Ada <a@b.example>",
        '"a b"@c.example',
        "a b@c.example",
        "a@b.example\nBcc: c@d.example",
        "a@b.example\r\nBcc: c@d.example",
        "a\x00@b.example",
        "a@b..example",
        "a..b@c.example",
        ".a@b.example",
        "a@-b.example",
        "jörg@b.example",
        "=?utf-8?q?a=0D=0AB?=@c.example",
        "a%d.example@b.example",
        "a@\ud800.example",
        "a@" + "b" * 64 + ".example",
        "a" * 65 + "@b.example",
        "a@" + "b." * 130 + "example",
    ],
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(BadAddressError):
        clean_address(text)
