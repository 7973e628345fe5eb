"""Answers by mail that are not surely what they seem: what is in doubt a person reads. All mails are made up."""

import base64
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hervat.dutch.words import UNSURE as IN_DUTCH
from hervat.notices.receipts import Bounce, Rejected
from hervat.notices.receipts.doubt import WHY, Doubt
from hervat.notices.receipts.file import ReceiptRead, Rules, read_file
from hervat.notices.receipts.meaning import meaning
from hervat.notices.receipts.named import named
from hervat.notices.receipts.places import ReceiptFile

DAY, NUMBER, OTHER = date(2022, 3, 3), "0000-20220301-0001", "0000-20220301-0002"
SUBJECT = f"RE: Bericht {NUMBER} van gemeente Voorbeeldstad"
PLAIN, PAGE = "text/plain; charset=utf-8", "text/html; charset=utf-8"


def mail(body="", kind=PLAIN, subject=SUBJECT, sender="juf@party.test", day="Thu, 3 Mar 2022 10:00:00 +0100", **heads):
    head = {"From": sender, "Subject": subject, "Date": day, "MIME-Version": "1.0", "Content-Type": kind}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in (head | heads).items() if value is not None]
    return ("\r\n".join([*lines, "", body, ""])).encode()


def parts(kind, *bodies, **heads):
    body = "".join(f"--b\r\n{one}\r\n" for one in bodies) + "--b--"
    return mail(body, f'{kind}; boundary="b"', **heads)


def part(kind, body, *heads):
    return "\r\n".join([f"Content-Type: {kind}", *heads, "", body])


def read(data, name="a.eml", home=None):
    return read_file(ReceiptFile(name, data), Rules(None, True, home), DAY)


def said(data, **given):
    """Return the status that was read, why it is in doubt, why it was rejected, or what came back, as one word."""
    one = read(data, **given)
    if isinstance(one, ReceiptRead):
        return one.said.status
    if isinstance(one, Bounce):
        return f"{one.code} {'for good' if one.final else 'for now'} {one.number == NUMBER}"
    return one.why if isinstance(one, Rejected) else f"doubt {one.why}"


CLEAR = {
    "Klaar.": "done", "Gedaan!": "done", "Done.": "done", "- klaar": "done", "Beste X,\n\nGedaan.": "done",
    "Goedemiddag, klaar.": "done", "Geachte heer De Vries,\n\nDit is gedaan.\n\nHoogachtend,\nJ. Jansen": "done",
    "Klaar.\n\nMet vriendelijke groet,\nJan de Vries\nTaalschool Noord\nTel. 06-12345678": "done",
    "Klaar\n\nMvg Jan\n\nDit bericht is niet bestemd voor anderen. Het kan vertrouwelijk zijn\nen is nog verwerkt.": "done",
    "Klaar.\n\nVerstuurd vanaf mijn iPhone": "done", "Gedaan.\n\nJan": "done", "Ja, klaar. Fijne dag!": "done",
    "klaar 3 rapport 17": "done", "Klaar.\n\nAlles is verwijderd.": "done", "Klaar. Mocht u nog vragen hebben, bel gerust.": "done",
    "Klaar\n\nOp 2 mrt 2022 om 10:00 schreef Gemeente <a@gemeente.test>:\n> is dit nog niet gedaan?": "done",
    "Klaar\n\nVan: gemeente\nVerzonden: woensdag\nAan: school\nOnderwerp: Bericht\n\nnog niet gedaan": "done",
    "Klaar\n-----Oorspronkelijk bericht-----\nVan: x\nniet gedaan": "done",
    "> uw bericht\n> van gisteren\n\nKlaar.": "done", "Op 2 mrt 2022 schreef X 1:\n> oud\n\nKlaar": "done",
    "Ontvangen, dank u.": "received", "Goedemorgen, wij hebben uw bericht ontvangen.": "received", "received": "received",
    "Goedemorgen,\n\nGeweigerd: deze persoon kennen wij niet.": "refused", "Beste,\ndeels: een map is op slot": "partly",
    "Deels gedaan": "partly", "gedeeltelijk gedaan": "partly",
}  # fmt: skip


@pytest.mark.parametrize(("text", "status"), CLEAR.items())
def test_what_is_clear_counts_whatever_stands_around_it(text, status):
    assert said(mail(text.replace("\n", "\r\n"))) == status
    page = "".join(f"<div>{line.replace('<', '&lt;').replace('>', '&gt;')}</div>" for line in text.split("\n"))
    assert said(mail(page, PAGE)) == status
    coded = base64.encodebytes(text.encode("cp1252")).decode()
    assert said(mail(coded, "text/plain; charset=windows-1252", Content_Transfer_Encoding="base64")) == status


UNCLEAR = [
    "Klaar is dit nog niet; volgende week.", "dit is nog niet gedaan", "is niet verwerkt", "kunnen wij niet",
    "pas na 1 april klaar", "gedaan behalve één persoon", "Gedaan, op twee na.", "wordt gedaan", "zullen wij doen",
    "is het klaar?", "Klaar?", "done?", "wanneer is dit gedaan", "Not done", "Not yet done", "Done by Friday", "niet klaar",
    "Hierbij bevestig ik dat alles is verwijderd.", "Klaar.\n\nBehalve het archief.", "Klaar voor vandaag", "klaar met lezen",
    "Klaar\nMorgen", "Graag gedaan!", "Bijna klaar", "klaar 3 van de 5", "klaar 3, 2 volgen", "Klaar\n\nGroet, Jan\n\nPS: op 2 na",
    "Klaar.\n\nGroet,\nJan\nHet archief is nog niet gedaan.", "Uw melding is geregistreerd onder nummer M2203-17.",
    "Beste collega wij hebben dit niet\nKlaar", "Ontvangen, maar dit kunnen wij niet.", "Ontvangen. Wij kennen deze persoon niet.",
    "Ontvangen?", "Niet ontvangen", "Bedankt voor uw bericht.", "Ik ben afwezig tot 1 mei.", "OK", "Akkoord", "",
    "> klaar", "> eerste vraag\nKlaar\n> tweede vraag\nOok klaar", "Klaar\n> eerste\nNog niet", "~~klaar~~ niet", "klaar 50%",
    "Van: school\nVerzonden: maandag\nOnderwerp: klaar\n\nKlaar.", "U hebt een beveiligd bericht ontvangen via ZIVVER.",
    f"Klaar met {OTHER}", f"Klaar\n{OTHER}", "Het bericht staat in quarantaine.", "Klaar\nMijn baas schreef mij:\nnog niet doen",
]  # fmt: skip


@pytest.mark.parametrize("text", UNCLEAR)
def test_what_is_not_surely_said_a_person_reads(text):
    for data in (mail(text.replace("\n", "\r\n")), mail(text.replace("\n", "<br>").replace("> ", "&gt; "), PAGE)):
        assert said(data).startswith("doubt ")
        assert NUMBER in read(data).numbers
    assert said(f"{NUMBER}\n{text}".encode(), name="a.txt").startswith("doubt ") or text.startswith("> klaar")


AROUND = re.findall(
    r"\S+",
    "nog niet geen nooit bijna deels half morgen later straks volgende week pas na april als indien zodra tenzij behalve"
    " uitgezonderd alleen slechts wordt zal zullen kan kunnen moet wil hopelijk misschien bezig gepland voor twee personen het"
    " archief wij u ? not yet never almost partly except will soon if until tomorrow",
)


@given(
    st.lists(st.sampled_from(AROUND), min_size=1, max_size=5), st.lists(st.sampled_from(AROUND), max_size=5), st.data()
)
def test_no_word_around_the_word_gives_done(before, behind, data):
    word = data.draw(st.sampled_from(["klaar", "gedaan", "Klaar", "done", "GEDAAN"]))
    signs = data.draw(st.sampled_from([" ", ", ", ". ", "\n", " - ", ": "]))
    first, second = data.draw(st.sampled_from([(before, behind), (behind, before)]))
    text = signs.join(one for one in (" ".join(first), word, " ".join(second)) if one)
    found = meaning(text.split("\n"))
    assert found is None or found.status == "partly", text


def dsn(kind="delivery-status", action="failed", status="5.1.1", back="message/rfc822"):
    groups = f"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; a@x.test\r\n{action and f'Action: {action}'}\r\nStatus: {status}"
    head = f"Subject: Bericht {NUMBER}\r\nMessage-ID: <{NUMBER}.aaaa@gemeente.test>\r\n\r\nx"
    bodies = part(PLAIN, "failed"), part("message/delivery-status", groups), part(back, head)
    return parts(f"multipart/report; report-type={kind}", *bodies, sender="postmaster@x.test", subject="Undeliverable")


QMAIL = f"Hi. This is the qmail-send program at mx.\nI wasn't able to deliver your message.\n550 no mailbox\n--- Below\nSubject: {NUMBER}"
EXIM = f"A message that you sent could not be delivered.\n\n a@x.test\n    SMTP error: 550 5.1.1 unknown\n\nSubject: {NUMBER}"
BOUNCES = {
    "capitals": (dsn("Delivery-Status"), "5.1.1 for good True"),
    "headers alone": (dsn(back="text/rfc822-headers"), "5.1.1 for good True"),
    "no action": (dsn(action=""), "5.1.1 for good True"),
    "in a mail that was passed on": (
        parts("multipart/mixed", part(PLAIN, "ter info"), dsn().decode().partition("Content-Type: ")[2].join(["Content-Type: ", ""])),
        "5.1.1 for good True",
    ),
    "as a mail in a mail": (parts("multipart/mixed", part("message/rfc822", dsn().decode()), subject="FW: x"), "5.1.1 for good True"),
    "delayed": (dsn(action="delayed", status="4.4.1"), "4.4.1 for now True"),
    "relayed": (dsn(action="relayed", status="2.0.0"), "2.0.0 for now True"),
    "qmail": (mail(QMAIL, subject="failure notice", sender="MAILER-DAEMON@mx.test", Return_Path="<>"), "550 for good True"),
    "exim": (mail(EXIM, subject="Mail delivery failed", sender="x@mx.test", Auto_Submitted="auto-replied"), "5.1.1 for good True"),
    "exchange": (
        mail(f"<p>Uw bericht kan niet worden bezorgd.</p><p>550 5.7.1 geen recht</p><p>{NUMBER}</p>", PAGE, "Onbestelbaar: x"),
        "5.7.1 for good True",
    ),
    "warning": (mail(f"still being retried {NUMBER}", subject="Warning: message delayed", sender="MAILER-DAEMON@x"), "? for now True"),
    "no code": (mail("Sorry.", sender="postmaster@x.test"), "doubt bounce"),
    "of nothing": (mail("Sorry.", subject="Undeliverable", sender="postmaster@x.test"), "garbage"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOUNCES)
def test_a_mail_that_came_back_is_known_in_any_dress(name):
    data, expected = BOUNCES[name]
    assert said(data) == expected


def receipt(what):
    group = f"Reporting-UA: x\r\nDisposition: manual-action/MDN-sent-manually; {what}"
    bodies = part(PLAIN, "Uw bericht"), part("message/disposition-notification", group)
    return parts("multipart/report; report-type=disposition-notification", *bodies)


AUTOMATIC = {
    "subject": (mail("Ik ben er niet.", subject=f"Automatisch antwoord: Bericht {NUMBER}"), "automatic"),
    "subject of a reply": (mail("Weg.", subject=f"Re: Afwezig: Bericht {NUMBER}"), "automatic"),
    "english": (mail("I am away.", subject=f"Out of Office: {NUMBER}", Precedence="bulk"), "automatic"),
    "rfc 3834": (mail("Weg.", Auto_Submitted="auto-replied"), "automatic"),
    "x-autoreply": (mail("Weg.", X_Autoreply="yes"), "automatic"),
    "shown": (receipt("displayed"), "automatic"),
    "shown, by subject": (mail("gelezen op maandag", subject=f"Gelezen: Bericht {NUMBER}"), "automatic"),
    "an answer in it": (mail("Klaar.", Auto_Submitted="auto-replied"), "doubt machine"),
    "a refusal in it": (mail("geweigerd: onbekend", subject=f"Automatisch antwoord: {NUMBER}"), "doubt machine"),
    "a ticket": (mail("Uw melding is geregistreerd onder 12.", Auto_Submitted="auto-generated"), "doubt machine"),
    "a gateway": (mail("Your message is held for review.", X_Auto_Response_Suppress="All"), "doubt machine"),
    "thrown away": (receipt("deleted"), "doubt unread"),
    "thrown away, by subject": (mail("x", subject=f"Niet gelezen: Bericht {NUMBER}"), "doubt unread"),
}


@pytest.mark.parametrize("name", AUTOMATIC)
def test_what_a_program_wrote_is_no_answer(name):
    data, expected = AUTOMATIC[name]
    assert said(data) == expected


JSON = '{"number": "%s", "status": "%s", "day": "2022-03-03"%s}'
FORMS = {
    "empty text beside a page": (parts("multipart/alternative", part(PLAIN, " "), part(PAGE, "<p>geweigerd: x")), "refused"),
    "text and page differ": (parts("multipart/alternative", part(PLAIN, "Klaar"), part(PAGE, "<p>Nog niet")), "doubt not_clear"),
    "text and page say two": (parts("multipart/alternative", part(PLAIN, "Klaar"), part(PAGE, "<p>geweigerd")), "doubt two_answers"),
    "unknown characters": (mail("Klaar.", "text/plain; charset=x-unknown-9"), "done"),
    "encrypted": (mail("MIAG", "application/pkcs7-mime; smime-type=enveloped-data", Content_Transfer_Encoding="base64"), "doubt no_text"),
    "winmail": (parts("multipart/mixed", part("application/ms-tnef; name=winmail.dat", "x")), "doubt no_text"),
    "a mail in it": (parts("multipart/mixed", part(PLAIN, "ter info"), part("message/rfc822", "Subject: x\r\n\r\nKlaar")), "doubt not_clear"),
    "only a mail in it": (
        parts("multipart/mixed", part("message/rfc822", f"Subject: Re: {NUMBER}\r\n\r\nKlaar"), subject="FW:"), "doubt not_clear",
    ),
    "json in it": (parts("multipart/mixed", part(PLAIN, "zie bijlage"), part("application/json", JSON % (NUMBER, "done", ""))), "done"),
    "json by name": (parts("multipart/mixed", part(PLAIN, ""), part("application/octet-stream; name=a.json", JSON % (NUMBER, "done", ""))), "done"),
    "json and another word": (
        parts("multipart/mixed", part(PLAIN, "deels: x"), part("application/json", JSON % (NUMBER, "done", ""))), "doubt two_answers",
    ),
    "two of json": (
        parts("multipart/mixed", *(part("application/json", JSON % (NUMBER, one, "")) for one in ("done", "refused"))), "doubt two_answers",
    ),
    "subject and text name two": (mail(f"Klaar {OTHER}"), "doubt several"),
    "two in the subject": (mail("Klaar", subject=f"{NUMBER} {OTHER}"), "doubt several"),
    "what is quoted is another": (mail(f"Klaar\r\n> Bericht {OTHER}"), "doubt several"),
    "what is quoted holds both": (mail(f"Klaar\r\n> Herinnering {NUMBER} aan {OTHER}"), "done"),
    "no number": (mail("Klaar", subject="uw mail"), "garbage"),
    "no head at all": (b"Klaar", "garbage"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_a_mail_of_any_form_is_read_or_a_person_reads_it(name):
    data, expected = FORMS[name]
    assert said(data) == expected


@pytest.mark.parametrize(
    ("sender", "home", "expected"),
    [
        ("juf@party.test", "party.test", "done"), ("Juf <juf@mail.party.test>", "party.test", "done"),
        ("juf@other.test", "party.test", "doubt other_sender"), ("juf@notparty.test", "party.test", "doubt other_sender"),
        ("juf@other.test", None, "done"), (None, "party.test", "doubt other_sender"),
    ],
)  # fmt: skip
def test_a_mail_from_elsewhere_than_the_notice_went_a_person_reads(sender, home, expected):
    assert said(mail("Klaar", sender=sender), home=home) == expected


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("Wed, 2 Mar 2022 23:30:00 +0000", date(2022, 3, 3)), ("Thu, 3 Mar 2022 00:30:00 +0200", date(2022, 3, 2)),
        ("Thu, 3 Mar 2062 10:00:00 +0100", DAY), ("morgen", DAY), (None, DAY),
    ],
)  # fmt: skip
def test_the_day_of_a_mail_is_that_of_the_netherlands_and_never_to_come(day, found):
    assert read(mail("Klaar", day=day)).said.day == found


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (JSON % (NUMBER, "done", ""), "done"), (JSON % (NUMBER, "nog niet klaar", ""), "doubt not_clear"),
        (JSON % (NUMBER, "done?", ""), "doubt not_clear"), (JSON % (NUMBER, "done", ', "status": "refused"'), "doubt not_clear"),
        (JSON % (NUMBER, "done", ', "reason": "behalve het archief"'), "doubt reason_with_done"),
        (JSON % (NUMBER, "received", ', "reason": "dit kan niet"'), "doubt reason_with_done"),
        (f'{{"number": "{NUMBER}"}}', "doubt not_clear"), ('{"number": 5}', "garbage"), ("[]", "garbage"), ("", "garbage"),
        (f'{{"number": "{NUMBER}", "status": "done", "day": "3 maart"}}', "doubt not_clear"),
    ],
)  # fmt: skip
def test_json_that_is_not_sure_a_person_reads(data, expected):
    assert said(data.encode(), name="A.JSON") == expected


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2022-03-02T23:30:00Z", date(2022, 3, 3)), ("2022-03-03T00:30:00+02:00", date(2022, 3, 2)),
        ("2022-03-03T23:59:59", DAY), ("2022-03-03", DAY),
    ],
)  # fmt: skip
def test_a_moment_in_json_is_its_day_in_the_netherlands(moment, day):
    data = f'{{"number": "{NUMBER}", "status": "done", "day": "{moment}"}}'
    assert read(data.encode(), name="a.json").said.day == day


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("RE Bericht.msg", "'RE Bericht.msg'"), ("999990019.pdf", "'*********.pdf'"), ("a\n\x1b[2Jb.txt", "'a??[2Jb.txt'"),
        (f"{NUMBER}-done.json", f"'{NUMBER}-done.json'"), ("geboren 01-02-1990.docx", "'geboren **-**-****.docx'"),
        ("x" * 200, f"'{'x' * 80}...'"),
    ],
)  # fmt: skip
def test_the_name_of_a_file_is_shown_without_numbers_of_persons(name, shown):
    assert named(name) == shown


def test_each_reason_to_doubt_is_said_in_dutch():
    assert set(WHY) == set(IN_DUTCH)
    assert isinstance(read(mail("?")), Doubt)
