"""What each rule takes for an offence, and which look-alikes it leaves alone."""

import pytest

from specloom.ai.rules import alone, check
from specloom.vocabulary.requirements import Form


def _said(sentence: str, rule: str, form: Form = Form.SENTENCE) -> list[str]:
    return [sentence[f.start : f.end] for f in check(sentence, [alone(sentence, form)]) if f.rule_id == rule]


@pytest.mark.parametrize(
    ("rule", "sentence", "words"),
    [
        ("vague_term", "The pump shall normally stop within 2 seconds.", "normally"),
        ("vague_term", "The relay shall be robust.", "robust"),
        ("vague_term", "The relay must restart quickly and the log must be kept for 5 days.", "quickly"),
        ("subjective_term", "The map shall look nice.", "nice"),
        ("vague_quantity", "The hub shall serve a number of sensors.", "a number of"),
        ("vague_time", "The hub shall poll the sensors from time to time.", "from time to time"),
        ("escape_clause", "The hub shall, as far as possible, retry the call.", "as far as possible"),
        ("escape_clause", "The reader must use TLS when available.", "when available"),
        ("open_list", "The printer shall print labels, receipts and so on.", "and so on"),
        ("open_list", "The form shall accept cash, card, ...", "..."),
        ("superlative", "The lamp shall use the cleverest and most modern driver.", "most modern"),
        ("comparative", "The search shall be better than today.", "better"),
        ("comparative", "The queue shall move more quickly.", "more quickly"),
        ("approximate_value", "The bath shall hold about 40 litres.", "about"),
        ("unverifiable_verb", "The driver shall optimise fuel usage.", "optimise"),
        ("unmeasured_quality", "The portal shall have a short response time.", "response time"),
        ("missing_unit", "The cache shall expire after 15.", "15"),
        ("missing_unit", "The session must end within 20 of the last click.", "20"),
        ("absolute_value", "The portal shall reach 100 % availability.", "100 %"),
        ("placeholder", "The fee shall be ??? euros.", "???"),
        ("placeholder", "The fee shall be to be confirmed by finance.", "to be confirmed"),
        ("placeholder", "The fee shall be <amount> euros.", "<amount>"),
        ("vague_reference", "The latter shall be sent to the bank.", "The latter"),
        ("undefined_acronym", "The clerk shall file the ZKW form.", "ZKW"),
        ("passive_without_actor", "The refund must be approved.", "approved"),
        ("impersonal_subject", "There shall be a log of visits.", "There shall be"),
        ("weak_modal", "The lamp could blink.", "could"),
        ("missing_modal", "The clerk signs the form.", "signs"),
        ("and_or", "The guard shall ring and/or call.", "and/or"),
        ("slash", "The guard shall inspect the gate/fence at noon.", "gate/fence"),
        ("condition_last", "The lamp shall blink if the door is open.", "if the door is open"),
        ("condition_last", "The lamp shall, when the door opens, blink twice.", "when the door opens"),
        (
            "condition_last",
            "The till shall print twice where a second printer is fitted.",
            "where a second printer is fitted",
        ),
        ("mixed_reason", "The lamp shall blink twice because guests sleep.", "because"),
        ("sweeping_quantifier", "The player shall work on any device.", "on any device"),
        ("sweeping_quantifier", "The lamp shall always glow.", "always"),
        ("negative_outcome", "The import must never crash.", "must never crash"),
        ("double_negative", "The door shall not be inaccessible to guards.", "not be inaccessible"),
        ("ambiguous_date", "The tariff shall end on 03/04/2031.", "03/04/2031"),
        ("design_solution", "The clerk shall choose the date with a date picker.", "with a date picker"),
    ],
)
def test_an_offence_is_found_at_its_words(rule: str, sentence: str, words: str) -> None:
    assert words in _said(sentence, rule)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("vague_term", "The cabinet shall open fast: within 2 seconds of the key press."),
        ("vague_term", "The till shall accept the Fast Track card."),
        ("vague_term", 'The till shall show the text "fast lane".'),
        ("vague_term", "The clerk shall complete the form as long as the session lasts."),
        ("vague_term", "The engine shall round to three significant digits."),
        ("subjective_term", "The clerk shall clear the list."),
        ("subjective_term", "The Easy Pay terminal shall print two receipts."),
        ("vague_quantity", "The meter shall record how many litres were drawn."),
        ("vague_quantity", "The hub shall serve several regions (north, south, west)."),
        ("vague_time", "The request shall be answered no later than 5 days after receipt."),
        ("escape_clause", "The door shall stay locked if required by the fire code."),
        ("open_list", "The viewer shall show the title and more than 3 lines of text."),
        ("superlative", "The room shall hold at least 5 and at most 9 people."),
        ("superlative", "The clerk shall see the latest version and the most recent payment."),
        ("comparative", "The pump shall stop at a pressure higher than 4 bar."),
        ("comparative", "The crane shall lower the load."),
        ("comparative", "The editor shall restore an older version."),
        ("approximate_value", "The manual shall inform about 3 languages."),
        ("unverifiable_verb", "The regulator shall reduce the pressure to 2 bar."),
        ("unmeasured_quality", "The console shall display the response time of each node."),
        ("unmeasured_quality", "The auditor shall read the performance report."),
        ("missing_unit", "The client shall use TLS 1.3 after 2027."),
        ("missing_unit", "The clerk shall enter a rating between 1 and 5."),
        ("missing_unit", "The gate shall open within 5 or 10 seconds."),
        ("missing_unit", "The board shall approve a plan after 2 of 3 members agreed."),
        ("absolute_value", "The log shall hold 100 % of the calls."),
        ("placeholder", "The path shall contain the field {id} of the call."),
        ("undefined_acronym", "The clerk shall send the PDF by SMS."),
        ("undefined_acronym", "The Zonal Key Wallet (ZKW) shall open when the ZKW PIN is right."),
        ("undefined_acronym", "THE CLERK SHALL FILE THE FORM."),
        ("passive_without_actor", "The refund must be approved by the clerk."),
        ("passive_without_actor", "The disk shall be encrypted."),
        ("superfluous_ability", "The nurse shall be able to print a label."),
        ("weak_modal", "If the lamp should fail, the panel shall blink."),
        ("weak_modal", "The lamp SHOULD blink."),
        ("missing_modal", "The lamp shall blink."),
        ("missing_modal", "Guests must not smoke."),
        ("several_demands", "The lamp shall show the name and the number of the room."),
        ("several_demands", "When the guest leaves and the door closes, the lamp shall go out."),
        ("slash", "The pump shall move 5 km/h and speak TCP/IP."),
        ("condition_last", "The panel shall show whether the door is open."),
        ("condition_last", "The log shall record when the door was opened."),
        ("condition_last", "The gate shall stop within 2 seconds after the beam is broken."),
        ("sweeping_quantifier", "The archive shall keep all invoices of the last 10 years."),
        ("sweeping_quantifier", "The hub shall process every request within 2 seconds."),
        ("negative_outcome", "The label must not contain the name of a medicine."),
        ("double_negative", "The door shall not open unless the badge is valid."),
        ("ambiguous_date", "The tariff shall end on 25/04/2031."),
        ("doubled_word", "The clerk shall note that that door is locked."),
        ("hidden_condition", "The form shall show the total (net, tax and gross amount of the order)."),
    ],
)
def test_a_look_alike_is_left_alone(rule: str, sentence: str) -> None:
    assert _said(sentence, rule) == []


@pytest.mark.parametrize(
    ("rule", "story", "words"),
    [
        ("story_not_atomic", "As a vet, I want to weigh a dog and print its card, so that it heals.", "and print"),
        ("story_not_atomic", "As a vet, I want to weigh dogs as well as book rooms, so that I save time.", "as book"),
        ("story_unspecific_role", "As a user, I want to pay by card, so that I need no cash.", "user"),
        ("story_without_purpose", "As a vet, I want to weigh a dog.", "I want to"),
        ("story_without_means", "As a vet, so that I can weigh a dog.", "As a vet, so that I can weigh a dog."),
        ("story_extra_text", "As a vet, I want to weigh a dog (in kg), so that I dose well.", "(in kg)"),
        ("subjective_term", "As a vet, I want an easy form, so that I save time.", "easy"),
    ],
)
def test_a_story_is_told_what_it_lacks(rule: str, story: str, words: str) -> None:
    assert _said(story, rule, Form.USER_STORY) == [words]


@pytest.mark.parametrize(
    "story",
    [
        "As a vet, I want to weigh a dog, so that I can dose its drug easily and quickly.",
        "As a member of the board, I want to see rides and fares per week, so that I can report to the council.",
        "As the clerk of a court, I need to seal a file in order to protect a witness.",
        "As a curator, I want to print the label(s) of a room, so that guests find the work.",
    ],
)
def test_a_good_story_is_left_alone(story: str) -> None:
    assert check(story, [alone(story, Form.USER_STORY)]) == []
