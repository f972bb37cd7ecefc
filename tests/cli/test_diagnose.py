"""`orderlens diagnose` and `rules`: JSON in, JSON out, and a clear word for what is not a case."""

import json
from pathlib import Path

import pytest

from core.rules import RULES
from tests.cli.conftest import Orderlens

NOW = 1_760_000_000
PAID = "cs_live_" + "a1" * 20


def bundle(name: str = "A", *, status: str = "paid", paid: bool = True) -> dict[str, object]:
    """A case of 50 USD: the session is paid or not, the order says `status`."""
    session = {
        "id": PAID,
        "object": "checkout.session",
        "mode": "payment",
        "status": "complete" if paid else "open",
        "payment_status": "paid" if paid else "unpaid",
        "amount_subtotal": 5000,
        "amount_total": 5000,
        "currency": "usd",
        "client_reference_id": "1042",
        "payment_intent": "pi_3" + "Tx" * 11 if paid else None,
        "created": NOW - 90_000,
        "expires_at": NOW - 3600,
        "livemode": True,
    }
    intent = {
        "id": "pi_3" + "Tx" * 11,
        "object": "payment_intent",
        "amount": 5000,
        "amount_received": 5000,
        "currency": "usd",
        "status": "succeeded",
        "created": NOW - 89_000,
        "livemode": True,
    }
    return {
        "case": name,
        "order": {
            "id": "1042",
            "status": status,
            "amount_minor": 5000,
            "currency": "usd",
            "session_id": PAID,
            "created_at": NOW - 90_000,
            "updated_at": NOW - 90_000,
        },
        "stripe": {"sessions": [session], "payment_intents": [intent] if paid else [], "events": []},
        "key_mode": "live",
        "now": NOW,
        "expected": {"headline": "ignored"},
        "a key nobody knows": [1, 2],
    }


def test_a_healthy_case_is_clean(orderlens: Orderlens) -> None:
    done = orderlens.process("diagnose", "-", "--json", stdin=json.dumps(bundle()))
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert answer == {
        "case": "A", "headline": None, "findings": [], "notes": answer["notes"], "actions": [], "undetermined": None,
    }  # fmt: skip


def test_each_case_gets_one_line_and_the_worst_decides_the_exit_code(orderlens: Orderlens, tmp_path: Path) -> None:
    cases = [bundle("A"), bundle("B", status="pending"), bundle("C", status="paid", paid=False)]
    (tmp_path / "cases.jsonl").write_text("\n".join(json.dumps(case) for case in cases) + "\n\n")
    done = orderlens("diagnose", "cases.jsonl", "--json")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["case"] for answer in answers] == ["A", "B", "C"]
    assert answers[0]["headline"] is None
    assert answers[1]["headline"] is not None
    assert answers[2]["headline"] == "unpaid_marked_paid"
    assert done.returncode == 11
    finding = answers[2]["findings"][0]
    assert finding.keys() == {
        "code", "severity", "confidence", "money_at_risk", "evidence", "says", "remedy",
    }  # fmt: skip
    assert finding["money_at_risk"] == {"amount_minor": 5000, "currency": "usd"}
    assert len(finding["evidence"]) >= 2


def test_for_people_it_says_the_headline_and_what_to_do(orderlens: Orderlens) -> None:
    done = orderlens("diagnose", "-", stdin=json.dumps(bundle(status="pending")))
    assert done.returncode == 11
    assert "Do: " in done.stdout
    assert "50.00 USD" in done.stdout


def test_one_document_a_list_and_a_mark_of_a_windows_editor_are_accepted(orderlens: Orderlens) -> None:
    pretty = "\ufeff" + json.dumps([bundle("A"), bundle("B")], indent=2)
    done = orderlens.process("diagnose", "-", "--json", stdin=pretty)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is not JSON"),
        ("not json", "is not JSON"),
        ('{"order": {}}', "is not a case"),
        ('"text"', "is not a case"),
        ('{"order": null, "stripe": {}, "key_mode": "test"}', "`now`"),
    ],
)
def test_what_is_not_a_case_is_named_with_a_next_step(orderlens: Orderlens, content: str, said: str) -> None:
    done = orderlens("diagnose", "-", "--json", stdin=content)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Next:" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_line_does_not_lose_the_others(orderlens: Orderlens) -> None:
    done = orderlens("diagnose", "-", "--json", stdin=json.dumps(bundle("A")) + "\n{broken\n" + json.dumps(bundle("B")))
    assert [json.loads(line)["case"] for line in done.stdout.splitlines()] == ["A", "B"]
    assert "line 2" in done.stderr
    assert done.returncode == 2


def test_a_file_that_is_not_there_is_named(orderlens: Orderlens) -> None:
    done = orderlens("diagnose", "nowhere.json")
    assert done.returncode == 2
    assert "nowhere.json cannot be read" in done.stderr


def test_nothing_a_customer_wrote_can_steer_the_terminal(orderlens: Orderlens) -> None:
    case = bundle("\x1b[31mred\x1b]0;title\x07", status="pending")
    done = orderlens("diagnose", "-", stdin=json.dumps(case))
    assert "\x1b" not in done.stdout
    assert "\x07" not in done.stdout


def test_the_rules_are_listed_in_headline_order(orderlens: Orderlens) -> None:
    done = orderlens("rules", "--json")
    listed = [json.loads(line) for line in done.stdout.splitlines()]
    assert [rule["code"] for rule in listed] == [rule.code for rule in RULES]
    assert all("guards" in rule for rule in listed)
    for key in ("searched", "unchecked", "confidence"):
        assert all(rule[key] for rule in listed), key
    assert RULES[0].title in orderlens("rules").stdout


def test_a_wrong_word_is_a_usage_error(orderlens: Orderlens) -> None:
    assert orderlens("diagnose").returncode == 2
    assert orderlens("explode").returncode == 2


@pytest.mark.parametrize("words", [("diagnose", "-"), ("diagnose", "nowhere.json"), ("explode",)])
def test_a_process_of_its_own_gives_the_same_answer(orderlens: Orderlens, words: tuple[str, ...]) -> None:
    here, there = (run(*words, stdin=json.dumps(bundle(status="pending"))) for run in (orderlens, orderlens.process))
    assert (here.returncode, here.stdout) == (there.returncode, there.stdout)
    assert here.stderr == there.stderr.replace("python -m core.cli", "orderlens")


def test_a_payment_of_which_no_rule_says_anything_is_not_passed_over_in_silence(
    orderlens: Orderlens, tmp_path: Path
) -> None:
    file = tmp_path / "stray.json"
    file.write_text(json.dumps(bundle(paid=False) | {"order": None}))
    done = orderlens("diagnose", str(file))
    assert "No order claims this payment." in done.stdout
    assert "A payment was begun. No order of the shop points at it." in done.stdout
