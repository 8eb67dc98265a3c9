"""A process of its own that promises or delivers mail, and may be killed at a chosen moment."""

import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader

from marketplace.app import create_app
from marketplace.config import Settings
from marketplace.mail import outbox

TEMPLATES = Path(__file__).with_name("templates")


def die(*_args: object, **_more: object) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def promise(app: Flask, number: int) -> None:
    for each in range(number):
        facts = {"name": f"Person {each}", "text": "Ein Absatz.", "link": "https://x.example"}
        outbox.send_mail("tests/greeting", f"person-{each}@weisendorf.example", **facts)


def die_before_the_commit(app: Flask, _link: Connection) -> None:
    with app.extensions["database"].unit_of_work():
        promise(app, 3)
        die()


def die_after_the_commit(app: Flask, _link: Connection) -> None:
    app.extensions["courier"].wake = die
    with app.extensions["database"].unit_of_work():
        promise(app, 3)


def die_while_sending(app: Flask, _link: Connection) -> None:
    """The first mail was claimed, but the server has heard nothing of it."""
    app.extensions["courier"].sender.send = die
    with app.extensions["database"].unit_of_work():
        promise(app, 3)


def die_after_sending(app: Flask, _link: Connection) -> None:
    """The server has taken the second mail over, but the outbox does not know it."""
    courier = app.extensions["courier"]
    finish, done = courier._finish, []

    def finish_once(*args: Any) -> None:
        if done:
            die()
        done.append(True)
        finish(*args)

    courier._finish = finish_once
    with app.extensions["database"].unit_of_work():
        promise(app, 3)


def deliver(app: Flask, link: Connection) -> None:
    """Wait for the start, so that several begin at the same time; tell how many mails were sent."""
    link.send("bereit")
    link.recv()
    link.send(app.extensions["courier"].deliver())


def run(link: Connection, environment: dict[str, str], work: Callable[[Flask, Connection], None]) -> None:
    """Do one of these in an application made from the environment, as a server process makes it."""
    os.environ.update(environment)
    app = create_app(Settings.from_env())
    templates = app.extensions["mail_templates"]
    templates.loader = ChoiceLoader([templates.loader, FileSystemLoader(TEMPLATES)])
    with app.app_context():
        work(app, link)
