"""A profile of a mail box, and mails to lay into it."""

from email.message import EmailMessage

from hub.model import Change, Operation

PROFILE = """
vendor: mail
source: RFC 3501
engine: imap
limits: {page: 3, answer: 5}
customers:
  id: address
  changed: {fields: [last_mail]}
  consent: newsletter
"""


def letter(sender="Anna <anna@x.example>", text="Hello", subject="A question", **headers):
    it = EmailMessage()
    it["From"], it["To"], it["Subject"] = sender, "crm@ours.example", subject
    for name, value in headers.items():
        it[name.replace("_", "-")] = value
    it.set_content(text)
    return it.as_bytes()


def pulled(connector, cursor=None):
    pages = list(connector.pull(cursor))
    newest = {it.key.id: it for page in pages for it in page.records}
    return newest, pages[-1].cursor


def outgoing(port):
    return (
        f"outgoing: {{url: 'smtp://127.0.0.1:{port}', sender: hub@ours.example,"
        " to: keeper@ours.example}"
    )


def change(number=1, **facts):
    given = {"fields": {"name": "Änn\nBcc: x"}, "base": {"address": "a@x.example"}, **facts}
    return Change(f"chg_{number}", Operation.UPDATE, "a@x.example", reference="cus_1", **given)
