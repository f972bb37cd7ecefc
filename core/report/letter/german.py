"""What is said to the customer, in German."""

from datetime import tzinfo
from typing import Final

from core.report.letter.amounts import in_german
from core.report.letter.words import Words
from core.times import clock

_MONTHS: Final = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()


def _day(at: int, zone: tzinfo) -> str:
    shown = clock(at, zone)
    return f"{shown.day}. {_MONTHS[shown.month - 1]} {shown.year}" if shown else "einem unbekannten Tag"


GERMAN = Words(
    code="de",
    language="Deutsch",
    greeting="Guten Tag,",
    thanks="vielen Dank für Ihre Nachricht zu Ihrer Bestellung {order}.",
    spoken="Es geht um Ihre Bestellung {order}.",
    thanks_for_payment="vielen Dank für Ihre Nachricht zu Ihrer Zahlung.",
    close="Mit freundlichen Grüßen",
    joint="und",
    dated="{amount} am {day}",
    of_day="{amount} vom {day}",
    an_amount="einen Betrag",
    one_payment="Ihre Zahlung über {sums}",
    several_payments="Ihre Zahlungen über {sums}",
    money=in_german,
    day=_day,
    sentences={
        "looking": "Wir prüfen die Zahlung dazu noch und brauchen etwas mehr Zeit, um sicher zu sein.",
        "wait": "Bitte zahlen Sie bis dahin nicht noch einmal.",
        "will_write": "Wir melden uns bei Ihnen, sobald wir mehr wissen.",
        "bank_time": "Wann es auf Ihrem Konto erscheint, hängt von Ihrer Bank ab; es kann mehrere Werktage dauern.",
        "how_to_pay": "Eine Kollegin oder ein Kollege schreibt Ihnen, wie Sie bezahlen können. "
        "Bis dahin brauchen Sie nichts zu tun.",
        "see": "Wir sehen {paid}.",
        "begun": "Wir sehen, dass eine Zahlung begonnen, aber nicht abgeschlossen wurde.",
        "match": "Damit wir sie Ihrer Bestellung zuordnen können, nennen Sie uns bitte deren Nummer "
        "oder die E-Mail-Adresse, mit der Sie bestellt haben.",
        "of_cart": "Sie wurde an unserer Kasse gemacht, aber wir finden die Bestellung nicht, "
        "die daraus werden sollte. Wir gehen dem nach; Sie brauchen uns nichts zu schicken.",
        "more_than_one": "Wir sehen mehr als eine Zahlung dazu: {paid}. Das tut uns leid.",
        "which_belongs": "Wir prüfen, welche davon zu der Bestellung gehört und was Ihnen zurückzuzahlen ist.",
        "nothing_not_again": "Sie brauchen nichts zu tun, und bitte zahlen Sie nicht noch einmal.",
        "see_soon": "Wir sehen {paid}. Es kann einige Minuten dauern, bis Ihre Bestellung das zeigt.",
        "processed_soon": "Ihre Zahlung wird gerade verarbeitet. "
        "Es kann einige Minuten dauern, bis Ihre Bestellung das zeigt.",
        "bank_asks": "Wir haben {paid} erhalten, und Ihre Bank hat bei uns dazu nachgefragt.",
        "bank_holds": "Wir hatten {paid} erhalten; dann wurde ihr bei Ihrer Bank widersprochen. "
        "Das Geld ist vorerst bei Ihrer Bank.",
        "colleague": "Wir kümmern uns darum.",
        "bank_took": "Ihre Bank hat über Ihre Zahlung entschieden und {sums} von uns zurückgeholt.",
        "bank_took_it": "Ihre Bank hat über Ihre Zahlung entschieden und sie von uns zurückgeholt.",
        "not_wanted": "Wenn Sie das nicht wollten, sagen Sie es uns bitte.",
        "books_returned": "In unseren Büchern steht {paid} als zurückgezahlt, "
        "aber wir sehen nicht, dass das Geld bei Ihnen angekommen ist.",
        "checking_return": "Das tut uns leid. Wir prüfen, was noch zurückzuzahlen ist, und wie.",
        "refund_started": "Wir haben {paid} erhalten; eine Rückzahlung ist begonnen, aber noch nicht abgeschlossen.",
        "refund_started_of_it": "Wir haben Ihre Zahlung erhalten; "
        "eine Rückzahlung ist begonnen, aber noch nicht abgeschlossen.",
        "refund_asks": "Bitte sehen Sie nach einer E-Mail, die nach Ihrer Bankverbindung fragt: "
        "darauf wartet die Rückzahlung.",
        "returned": "Wir haben {sums} auf dem Weg zurückgezahlt, auf dem Sie bezahlt haben.",
        "see_and_total": "Wir sehen {paid}; die Bestellung kostet {total}.",
        "see_and_total_less": "Wir sehen {paid}; die Bestellung kostet {total}, "
        "davon wurden {otherwise} auf anderem Weg bezahlt.",
        "difference": "Wir prüfen, woher der Unterschied kommt.",
        "received": "Wir haben {paid} erhalten.",
        "not_shown_yet": "Die Bestellung zeigt das noch nicht; wir bringen das in Ordnung.",
        "not_again": "Sie brauchen nicht noch einmal zu zahlen.",
        "closed": "Die Bestellung selbst wurde bei uns geschlossen. Wir prüfen, was wir für Sie tun können.",
        "given_back_otherwise": "Wir haben Ihnen {otherwise} auf anderem Weg zurückgegeben, etwa als Guthaben.",
        "shown": "Die Bestellung zeigt das; Sie brauchen nichts zu tun.",
        "prepared_closed": "Die Zahlung dazu ist vorbereitet, aber noch nicht erfolgt, "
        "und die Bestellung wurde bei uns geschlossen.",
        "do_not_make": "Bitte zahlen Sie jetzt nicht: wir prüfen, ob die Bestellung noch ausgeführt werden kann.",
        "tell_when": "Wenn Sie schon gezahlt haben, sagen Sie uns bitte, wann.",
        "payable": "Die Zahlung dazu ist noch nicht erfolgt: Sie können noch zahlen, "
        "mit dem, was Sie an der Kasse bekommen haben.",
        "payable_until": "Die Zahlung dazu ist noch nicht erfolgt: Sie können noch bis zum {until} zahlen, "
        "mit dem, was Sie an der Kasse bekommen haben.",
        "made_already": "Wenn Sie schon gezahlt haben, zahlen Sie bitte nicht noch einmal: "
        "es kann mehrere Tage dauern, bis wir davon erfahren.",
        "subscription_over": "Das Abonnement ist beendet, und es wird nichts mehr dafür abgebucht.",
        "perhaps": "Wir sehen eine Zahlung, die dazu gehören kann, und prüfen, ob beides zusammengehört.",
        "outside": "Bei uns steht sie als auf anderem Weg bezahlt als über unsere Zahlungsseite. Wir prüfen das.",
        "running": "Wir prüfen das Abonnement dazu und was Ihnen dafür berechnet wurde.",
        "two_running": "Wir sehen zwei laufende Abonnements. Bitte sagen Sie uns, ob Sie beide haben wollten.",
        "nothing_until_then": "Bis dahin brauchen Sie nichts zu tun.",
        "not_found": "Wir sehen bisher keine abgeschlossene Zahlung dazu.",
        "left_account": "Wenn der Betrag von Ihrem Konto abgegangen ist, nennen Sie uns bitte das Datum "
        "und den genauen Betrag auf Ihrem Kontoauszug.",
        "no_card_number": "Ihre Kartennummer brauchen wir nicht.",
        "with_bank": "Ihre Zahlung ist begonnen und wartet auf Ihre Bank; "
        "bei manchen Zahlungsarten dauert das mehrere Tage.",
        "reserved": "Der Betrag ist reserviert, aber noch nicht abgebucht.",
        "let_go": "Der Betrag war nur reserviert, und die Reservierung ist beendet: wir haben kein Geld eingezogen.",
        "bounced": "Ihre Bank hat die Zahlung dazu nicht ausgeführt; wir haben kein Geld erhalten.",
        "free": "Es ist nichts mehr dafür zu zahlen; Sie brauchen nichts zu tun.",
        "not_taken": "Die Zahlung dazu wurde nicht abgeschlossen; wir haben kein Geld eingezogen.",
        "own_statement": "Wenn Sie den Betrag trotzdem auf Ihrem Kontoauszug sehen, "
        "kann das eine Reservierung sein, die Ihre Bank von selbst freigibt.",
        "date_and_amount": "Nennen Sie uns dann bitte das Datum und den Betrag (bitte keine Kartennummer), "
        "und wir sehen nach.",
    },
)
