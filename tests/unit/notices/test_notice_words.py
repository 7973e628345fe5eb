"""Answers in words: a text file, JSON with a Dutch word, a mail that is only a page. All made up."""

from datetime import date
from email import policy
from email.parser import BytesParser

import pytest

from hervat.notices.receipts import Confirmation, read_confirmation
from hervat.notices.receipts.doubt import Doubt
from hervat.notices.receipts.file import ReceiptRead, Rejected, Rules, read_file
from hervat.notices.receipts.places import ReceiptFile
from hervat.notices.receipts.words import said_in_mail, said_in_words

DAY, NUMBER, OTHER = date(2022, 3, 3), "0000-20220301-0001", "0000-20220301-0002"


def answer(status, **more):
    return Confirmation(NUMBER, status, DAY, **more)


def doubt(why, *numbers):
    return Doubt(numbers or (NUMBER,), why, DAY)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{NUMBER}\nontvangen", answer("received")),
        (f"{NUMBER}\r\nKlaar.\r\n", answer("done")),
        (f"klaar\n{NUMBER}\n\nGroet, 3 maart", answer("done")),
        (f"Nummer van dit bericht: {NUMBER}\n\n- Klaar!", answer("done")),
        (f"{NUMBER} gedaan", answer("done")),
        (f"klaar {NUMBER}", answer("done")),
        (f"{NUMBER}\nDEELS: het archief\nis op slot", answer("partly", reason="het archief is op slot")),
        (f"{NUMBER}\ngedeeltelijk", answer("partly")),
        (f"{NUMBER}\ngeweigerd, wij kennen niemand", answer("refused", reason="wij kennen niemand")),
        (f"{NUMBER}\ngeweigerd 999990019 staat er niet", answer("refused", unfit=True)),
        (f"{NUMBER}\nklaar 3 rapport 17", answer("done", erased=3, evidence="rapport 17")),
        (f"{NUMBER}\nklaar, 12", answer("done", erased=12)),
        (f"{NUMBER}\nklaar 3 maart 2022", answer("done")),
        (f"{NUMBER}\nklaar 3-3-2022", answer("done")),
        (f"{NUMBER}\nklaar\n12 maart", answer("done")),
        (f"{NUMBER}\nklaar 999990019", answer("done")),
        (f"{NUMBER}\nklaar 2 bsn 999990019", answer("done", erased=2, unfit=True)),
        (f"{NUMBER}\nreceived", answer("received")),
        ("klaar", None), ("", None), (NUMBER, doubt("not_clear")), (f"{NUMBER}\nwij zijn klaar", doubt("not_clear")),
        (f"{NUMBER} {OTHER}\nklaar", doubt("several", NUMBER, OTHER)),
        (f"{NUMBER}\nWij hebben dit nog niet\nklaar", doubt("not_clear")),
        (f"{NUMBER}\nklaar 3, maar 2 niet", doubt("not_clear")),
        (f"{NUMBER}\nklaar 3 van de 5", doubt("not_clear")),
    ],
)  # fmt: skip
def test_a_text_file_is_read_by_its_number_and_its_word(text, said):
    assert said_in_words(text.encode(), DAY) == said
    assert said_in_words(b"\xef\xbb\xbf" + text.encode(), DAY) == said
    assert said_in_words(text.encode("utf-16"), DAY) == said


def test_a_text_file_of_windows_is_read():
    text = f"{NUMBER}\ndeels één map is op slot".encode("cp1252")
    assert said_in_words(text, DAY) == answer("partly", reason="één map is op slot")
    assert said_in_words(b"\x81\x9d\xff\xfe\x00", DAY) is None


@pytest.mark.parametrize(
    ("word", "status"),
    [("ontvangen", "received"), ("Klaar", "done"), ("deels", "partly"), ("GEWEIGERD", "refused"), ("done", "done")],
)
def test_json_may_hold_the_dutch_word(word, status):
    said = f'{{"number": "{NUMBER}", "status": "{word}", "day": "2022-03-03", "reason": "geen tijd"}}'.encode()
    assert read_confirmation(said) == answer(status, reason="geen tijd")


@pytest.mark.parametrize(("unsigned", "found"), [(True, ReceiptRead), (False, Rejected)])
@pytest.mark.parametrize("name", ["antwoord.txt", "ANTWOORD.TXT"])
def test_a_text_file_counts_unsigned_only_where_that_will_do(name, unsigned, found):
    read = read_file(ReceiptFile(name, f"{NUMBER}\nklaar".encode()), Rules(None, unsigned), DAY)
    assert isinstance(read, found)
    assert isinstance(read, ReceiptRead) or read.why == "unsigned"
    assert read_file(ReceiptFile(name, b"lees mij"), Rules(None, unsigned), DAY) == Rejected("garbage")


def page(html, subject=f"Re: Bericht {NUMBER}"):
    head = f"From: juf@party.test\r\nSubject: {subject}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    return BytesParser(policy=policy.default).parsebytes(head.encode() + html.encode())


@pytest.mark.parametrize(
    ("html", "said"),
    [
        (
            "<html><head><title>Re</title><style>p{}</style></head><body><p>Klaar.</p><p>Groet</p></body></html>",
            answer("done"),
        ),
        ("<meta charset=utf-8><div>deels: &eacute;&eacute;n map<br>Groet</div>", answer("partly", reason="één map")),
        ("<p>Dag,</p><blockquote><p>klaar: u hebt gedaan wat wij vragen</p></blockquote>", doubt("not_clear")),
        ("<blockquote>klaar</blockquote>", doubt("no_text")),
        ("<p><s>Klaar.</s></p>", doubt("not_clear")),
        ('<div style="display:none">Klaar.</div><p>Nog niet.</p>', doubt("not_clear")),
        ("<table><tr><td>Beste gemeente,</td></tr><tr><td>Klaar.</td></tr></table>", answer("done")),
        ("<p>geweigerd", answer("refused")),
    ],
)
def test_a_mail_that_is_only_a_page_is_read_as_it_shows(html, said):
    mail = page(html)
    assert said_in_mail(mail, mail, DAY) == said


def test_the_number_may_stand_in_what_a_page_quotes():
    mail = page(f"<p>Klaar</p><blockquote>Nummer van dit bericht: {NUMBER}</blockquote>", "uw mail")
    assert said_in_mail(mail, mail, DAY) == answer("done")
