"""Forms of accounts: fields, German labels and messages."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, RadioField, SelectField
from wtforms.validators import ValidationError

from marketplace.accounts.roles import MemberRole
from marketplace.accounts.tokens import normalise_mail
from marketplace.web.forms import Form, LineField, choices, required

_MAIL_MISSING = _l("Bitte geben Sie Ihre E-Mail-Adresse ein.")
_MAIL_WRONG = _l("Bitte geben Sie eine E-Mail-Adresse wie name@stadt-beispiel.de ein.")
_PASSWORD_MISSING = _l("Bitte geben Sie Ihr Passwort ein.")


class MailField(LineField):
    """A mail address; ``data`` is the address as it is compared once the form is valid."""

    def pre_validate(self, form: Form) -> None:
        """Normalise, or refuse."""
        if not self.data:
            raise ValidationError(_MAIL_MISSING)
        mail = normalise_mail(self.data)
        if mail is None:
            raise ValidationError(_MAIL_WRONG)
        self.data = mail


class SignInForm(Form):
    """Address and password."""

    mail = MailField(_l("E-Mail-Adresse"), max_length=254)
    password = PasswordField(_l("Passwort"), [required(_PASSWORD_MISSING)])


class MailForm(Form):
    """An address to which a link shall go."""

    mail = MailField(_l("Dienstliche E-Mail-Adresse"), max_length=254)


class SetUpForm(Form):
    """Name and password of a new account."""

    name = LineField(_l("Ihr Name"), [required(_l("Bitte geben Sie an, wie Sie hier heißen möchten."))], max_length=100)
    password = PasswordField(_l("Passwort"), [required(_l("Bitte wählen Sie ein Passwort."))])


class NewPasswordForm(Form):
    """A new password."""

    password = PasswordField(_l("Neues Passwort"), [required(_l("Bitte wählen Sie ein Passwort."))])


class ChangePasswordForm(Form):
    """The present and a new password."""

    present = PasswordField(_l("Jetziges Passwort"), [required(_l("Bitte geben Sie Ihr jetziges Passwort ein."))])
    password = PasswordField(_l("Neues Passwort"), [required(_l("Bitte wählen Sie ein Passwort."))])


class NameForm(Form):
    """The name that is shown."""

    name = LineField(_l("Ihr Name"), [required(_l("Bitte geben Sie an, wie Sie hier heißen möchten."))], max_length=100)


class ChangeAddressForm(Form):
    """A new address, with the password."""

    mail = MailField(_l("Neue E-Mail-Adresse"), max_length=254)
    password = PasswordField(_l("Passwort"), [required(_PASSWORD_MISSING)])


class DeleteAccountForm(Form):
    """The password, as a confirmation."""

    password = PasswordField(_l("Passwort"), [required(_PASSWORD_MISSING)])


class PasswordForm(Form):
    """The password once more."""

    password = PasswordField(_l("Passwort"), [required(_PASSWORD_MISSING)])


class CodeForm(Form):
    """A code of an app."""

    may_be_kept = False

    code = LineField(
        _l("Code aus der App"), [required(_l("Bitte geben Sie den Code ein, den Ihre App zeigt."))], max_length=40
    )


class RecoveryCodeForm(Form):
    """A recovery code."""

    may_be_kept = False

    code = LineField(_l("Ersatzcode"), [required(_l("Bitte geben Sie einen Ihrer Codes ein."))], max_length=80)


class PasswordAndCodeForm(Form):
    """The password and a code of either kind."""

    may_be_kept = False

    password = PasswordField(_l("Passwort"), [required(_PASSWORD_MISSING)])
    code = LineField(
        _l("Code aus der App oder Ersatzcode"),
        [required(_l("Bitte geben Sie einen Code ein."))],
        max_length=80,
    )


class InvitationForm(Form):
    """Whom an organisation invites, and as what."""

    mail = MailField(_l("E-Mail-Adresse"), max_length=254)
    role = RadioField(
        _l("Aufgabe"),
        choices=choices(*((role.value, role.label) for role in MemberRole)),
        default=MemberRole.MEMBER.value,
    )

    def validate_role(self, field: RadioField) -> None:
        """Only what was offered."""
        if MemberRole.find_value(field.data or "") is None:
            raise ValidationError(_l("Bitte wählen Sie eine Aufgabe."))


class KindField(SelectField):
    """One of the kinds of organisation that are handed in."""

    def __init__(self, label: Any = None, **more: Any) -> None:
        super().__init__(label, **more)  # type: ignore[no-untyped-call]

    def pre_validate(self, form: Form) -> None:
        """Only what was offered."""
        if self.data not in [choice.value for choice in self.choices or ()]:
            raise ValidationError(_l("Bitte wählen Sie, was für eine Organisation es ist."))


class ProposalForm(Form):
    """An organisation that is missing in the register; the kinds are handed in."""

    name = LineField(
        _l("Name der Organisation"), [required(_l("Bitte geben Sie den Namen der Organisation an."))], max_length=200
    )
    kind = KindField(_l("Art"))
    place = LineField(_l("Ort oder Postleitzahl"), max_length=200)
    website = LineField(_l("Website"), max_length=500)


class OrganisationForm(Form):
    """An organisation as the site administration takes it up; the kinds are handed in."""

    name = LineField(_l("Name"), [required(_l("Bitte geben Sie den Namen der Organisation an."))], max_length=200)
    kind = KindField(_l("Art"))
    key = LineField(_l("Amtlicher Schlüssel"), max_length=9)
    ags = LineField(_l("Gemeindeschlüssel des Sitzes"), max_length=8)
    website = LineField(_l("Website"), max_length=500)


class RemitForm(Form):
    """What a guide answers for; Länder and action fields are handed in."""

    state = SelectField(_l("Land"))
    district = LineField(_l("Kreis (fünfstelliger Schlüssel, statt eines Landes)"), max_length=5)
    action_field = SelectField(_l("Handlungsfeld"))

    def validate_district(self, field: LineField) -> None:
        """Five digits, or nothing."""
        if field.data and not (len(field.data) == 5 and field.data.isascii() and field.data.isdigit()):
            raise ValidationError(_l("Ein Kreisschlüssel hat fünf Ziffern, zum Beispiel 09572."))

    @property
    def area(self) -> str:
        """The Kreis, or the Land, or nothing."""
        return str(self.district.data or self.state.data or "")
