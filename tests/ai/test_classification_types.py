"""Requirements of many trades are given the type, and the quality, that an analyst gives them."""

from collections import Counter

import pytest

from specloom.ai.classification import classify_sentence
from specloom.vocabulary.requirements import Quality, RequirementType

FUNCTIONAL = """
The clerk shall be able to reprint the ticket of any passenger.
When a parcel arrives, the depot app notifies the recipient by text message.
As a gardener, I want to mark a plant as watered so that nobody waters it twice.
The system shall display the departure board of the selected station.
Teachers can attach a worksheet to a lesson.
The portal must let tenants report a broken heater with a photo.
If the card is declined, the checkout shall offer another means of payment.
The scheduler sends each nurse the roster of the coming week.
Users can filter recipes by ingredient.
The application shall generate a monthly statement for every savings account.
Given a full basket, when the shopper chooses "pick up", then the nearest branches are listed.
The robot shall return to its dock when the bin is full.
The dispatcher can reassign a job to another van by dragging it on the map.
The editor shall allow authors to compare two versions of a chapter.
The museum guide plays the commentary of the exhibit whose code was scanned.
Visitors should be able to book a guided tour online.
The service shall import bank statements in CSV files.
The tool computes the centre of gravity of the loaded container.
The kiosk prints a receipt after payment.
The librarian may renew a loan on behalf of a reader.
The software shall record the temperature of each cold room.
A coach can invite players to a training session.
The system must calculate the shipping costs from the weight of the parcel.
We need a way to export the guest list to a spreadsheet.
The assistant suggests three titles for every article.
It SHALL generate a summary of the meeting and send it to all attendees.
Customers shall be able to track their delivery on a map.
The module shall support searching by surname, birthday and insurance number.
The app should show the weather at the destination.
On approval, the purchase order is forwarded to the supplier.
The cashier can enter a discount code.
The customer pays by card or with the app.
The treasurer can see which members have not paid.
Members can pay their yearly fee online.
A student can upload a certificate with the application.
The guest chooses a table on the plan of the room.
The system must add the delivery fee to the total.
The app lets a driver refuse a trip.
Each driver gets a list of the stops of the day.
The register prints a receipt for every sale.
""".strip().splitlines()

NON_FUNCTIONAL = [
    (Quality.PERFORMANCE_EFFICIENCY, "Search results must appear within two seconds."),
    (Quality.PERFORMANCE_EFFICIENCY, "95 % of all payments shall be processed in less than 800 ms."),
    (Quality.PERFORMANCE_EFFICIENCY, "The gateway shall handle 2,000 requests per second."),
    (Quality.PERFORMANCE_EFFICIENCY, "The agent must not use more than 200 MB of memory."),
    (Quality.PERFORMANCE_EFFICIENCY, "At least 500 dispatchers must be able to work at the same time."),
    (Quality.PERFORMANCE_EFFICIENCY, "The nightly batch shall finish in under four hours."),
    (Quality.PERFORMANCE_EFFICIENCY, "All I/O operations SHALL be non-blocking."),
    (Quality.PERFORMANCE_EFFICIENCY, "The watch shall run for 48 hours on one charge with low energy consumption."),
    (Quality.RELIABILITY, "The service must be available 99.9 percent of each month."),
    (Quality.RELIABILITY, "Unplanned downtime shall not exceed one hour a year."),
    (Quality.RELIABILITY, "The meter shall continue to operate when the network connection is lost."),
    (Quality.RELIABILITY, "After a power failure the controller must recover within a minute without data loss."),
    (Quality.RELIABILITY, "A backup of the patient database is taken every night."),
    (Quality.RELIABILITY, "A failure of one node must not interrupt the service."),
    (Quality.RELIABILITY, "The mean time between failures shall be at least 5,000 hours."),
    (Quality.RELIABILITY, "Failed deliveries shall be retried three times with exponential backoff."),
    (Quality.SECURITY, "Passwords must be stored as salted hashes."),
    (Quality.SECURITY, "Only authorised pharmacists shall have access to prescription data."),
    (Quality.SECURITY, "All traffic between the app and the server shall be encrypted with TLS 1.3."),
    (Quality.SECURITY, "Every administrator must sign in with two factors."),
    (Quality.SECURITY, "The audit trail shall show who changed a price and when."),
    (Quality.SECURITY, "Sessions expire after 15 minutes of inactivity."),
    (Quality.SECURITY, "Uploaded files shall be scanned for malware."),
    (Quality.SECURITY, "The account is locked after five failed login attempts."),
    (Quality.SECURITY, "Secrets SHALL not be hardcoded."),
    (Quality.SECURITY, "A guest must not see the data of another tenant: tenant isolation holds in every query."),
    (Quality.INTERACTION_CAPABILITY, "New cashiers shall be able to use the till after one hour of training."),
    (Quality.INTERACTION_CAPABILITY, "The screens should be intuitive and easy to use."),
    (Quality.INTERACTION_CAPABILITY, "The website shall follow the corporate colours and fonts."),
    (Quality.INTERACTION_CAPABILITY, "Any task shall be reachable with at most three clicks."),
    (Quality.INTERACTION_CAPABILITY, "All pages must be usable with a screen reader."),
    (Quality.INTERACTION_CAPABILITY, "Error messages shall be written in plain language."),
    (Quality.INTERACTION_CAPABILITY, "The app shall have a modern look and feel."),
    (Quality.INTERACTION_CAPABILITY, "Farmers must be able to operate the touchscreen with gloves."),
    (Quality.MAINTAINABILITY, "Unit tests SHALL cover at least 85 % of the code."),
    (Quality.MAINTAINABILITY, "The billing module must be replaceable without changing the code of other modules."),
    (Quality.MAINTAINABILITY, "Routers SHALL depend on services, not on repositories."),
    (Quality.MAINTAINABILITY, "Source code shall follow the coding standard of the department."),
    (Quality.MAINTAINABILITY, "All new services SHALL use PostgreSQL as the primary database."),
    (Quality.MAINTAINABILITY, "New report formats shall be easy to add."),
    (Quality.MAINTAINABILITY, "The service must emit structured logs with a correlation id."),
    (Quality.COMPATIBILITY, "The booking engine shall interface with the hotel's existing property management system."),
    (Quality.COMPATIBILITY, "Lab results shall be exchanged as HL7 FHIR resources."),
    (Quality.COMPATIBILITY, "The driver must not interfere with other software on the same machine."),
    (Quality.FLEXIBILITY, "The client shall run on Windows, macOS and Linux."),
    (Quality.FLEXIBILITY, "The web shop must work in all major browsers."),
    (Quality.FLEXIBILITY, "It must be possible to scale the platform horizontally by adding nodes."),
    (Quality.FLEXIBILITY, "The product shall be installed without help of an administrator."),
    (Quality.FLEXIBILITY, "The sensor shall operate at ambient temperatures from -20 to 60 °C."),
    (Quality.FLEXIBILITY, "A Dockerfile SHALL be provided for the application."),
    (Quality.SAFETY, "On loss of the control signal, the crane must enter a safe state."),
    (Quality.SAFETY, "The press shall stop at once when a hand enters the hazard zone."),
    (Quality.FUNCTIONAL_SUITABILITY, "Measured weights shall be accurate to two decimal places."),
]

COMPLIANCE = """
Personal data must be processed in accordance with the GDPR.
The clinic's records must satisfy HIPAA.
Card numbers shall be handled as PCI DSS prescribes.
The site must conform to WCAG 2.1 level AA.
Invoices must be kept for ten years as required by law.
The trading desk shall report every transaction under MiFID II.
Electronic records and signatures shall comply with 21 CFR Part 11.
The product must meet all applicable laws of the countries it is sold in.
Before any tracking starts, the visitor's consent must be obtained.
The supplier shall be certified to ISO 27001.
The payroll shall adhere to the Working Time Act.
A data subject may demand erasure of their data at any time.
The system shall comply with the accounting standards of the federal government.
Student records shall be disclosed only as FERPA permits.
The lender must carry out know-your-customer checks before an account is opened, as the regulator demands.
""".strip().splitlines()

BUSINESS_RULE = """
An order over 500 EUR needs the approval of a manager.
A customer may hold at most three accounts.
Discounts never exceed 20 %.
A member who is under 18 years old is not eligible for a credit card.
The late fee is calculated as 2 % of the overdue amount per month.
Claims above $10,000 must be approved by two adjusters.
Each booking can be cancelled free of charge up to 24 hours before arrival.
A reader may borrow no more than ten books.
Vouchers cannot be combined with other offers.
An invoice is due 30 days after it was issued.
Employees are entitled to 28 days of leave.
A policy lapses when two premiums are unpaid.
Students must have passed Algebra I before they enrol in Algebra II.
Gold customers get a 5 % discount on every purchase.
An account is considered dormant after twelve months without a transaction.
Only one coupon may be redeemed per order.
The shipping price is waived for orders above 50 euros.
A contractor must be at least 21 years of age.
Refunds are granted within 14 days of purchase.
Drivers may not work more than nine hours a day.
Seniors get a third off on weekdays.
Whoever returns a bicycle late pays three euros for each started hour.
Nobody may hold two allotments.
Families with three or more children qualify for the reduced rate.
Night work earns a supplement of 25 percent.
Tips are shared equally among the staff on duty.
A vet has to approve every order of antibiotics.
Pensioners and students pay half.
Late applications are not considered.
The grade is the mean of the three best exams.
Stock that has not moved for a year is written off.
A supplier is blocked after the third complaint.
Guests who check out after eleven are billed for another night.
The annual fee is waived for the first year.
Teams of fewer than seven players forfeit the match.
Patients with a referral are seen first.
Bags above 23 kilograms cost 60 euros extra.
Goods in sale are not exchanged.
A plot that lies fallow for a season is offered to the next person on the waiting list.
The ferry takes dogs only on a lead.
""".strip().splitlines()


@pytest.mark.parametrize(
    ("expected", "sentences", "at_least"),
    [
        (RequirementType.FUNCTIONAL, FUNCTIONAL, 0.9),
        (RequirementType.NON_FUNCTIONAL, [sentence for _, sentence in NON_FUNCTIONAL], 0.9),
        (RequirementType.COMPLIANCE, COMPLIANCE, 0.9),
        (RequirementType.BUSINESS_RULE, BUSINESS_RULE, 0.85),
    ],
)
def test_types_are_those_of_an_analyst(expected: RequirementType, sentences: list[str], at_least: float) -> None:
    given = Counter(classify_sentence(each).type for each in sentences)
    assert given[expected] / len(sentences) >= at_least, given


def test_qualities_are_those_of_iso_25010() -> None:
    right = [classify_sentence(sentence).quality is expected for expected, sentence in NON_FUNCTIONAL]
    assert sum(right) / len(right) >= 0.9


@pytest.mark.parametrize(
    ("sentence", "refused"),
    [
        ("The voucher shall not be accepted a second time.", Quality.PERFORMANCE_EFFICIENCY),
        ("The worker SHALL use async sessions for its queries.", Quality.SECURITY),
        ("Staff can open a jammed drawer with a key card.", Quality.SECURITY),
        ("Paint that is kept at room temperature is listed first.", Quality.FLEXIBILITY),
        ("Half the price of the old SAP licence: a cost reduction vs SAP.", Quality.COMPATIBILITY),
        ("The second check is a safety net for the first.", Quality.SAFETY),
        ("The pupil must be able to collect the parcel within 48 hours.", Quality.PERFORMANCE_EFFICIENCY),
    ],
)
def test_a_word_in_another_sense_is_no_quality(sentence: str, refused: Quality) -> None:
    assert classify_sentence(sentence).quality is not refused


def test_fields_of_a_data_model_are_functions() -> None:
    assert classify_sentence("class Parcel(Base): weight: int = Field(ge=1)").type is RequirementType.FUNCTIONAL


def test_secrets_in_code_and_data_of_other_tenants_are_of_security() -> None:
    for sentence in ("Passwords and keys SHALL not be hardcoded in settings.", "Filter all queries by tenant_id."):
        assert classify_sentence(sentence).quality is Quality.SECURITY


@pytest.mark.parametrize(
    ("sentence", "quality"),
    [
        ("Nobody outside the clinic may read the diary.", Quality.SECURITY),
        ("The letters of the menu can be enlarged.", Quality.INTERACTION_CAPABILITY),
        ("Another company must be able to maintain the program.", Quality.MAINTAINABILITY),
        ("The oven switches itself off before it gets too hot.", Quality.SAFETY),
        ("The viewer has to read the files of the old program.", Quality.COMPATIBILITY),
        ("The press must not start while a hand is between the plates.", Quality.SAFETY),
    ],
)
def test_a_quality_is_seen_without_its_technical_name(sentence: str, quality: Quality) -> None:
    assert classify_sentence(sentence).quality is quality


def test_a_function_is_no_certainty_where_no_cue_is_known() -> None:
    assert classify_sentence("Grey walls.").confidence < 0.75
    assert classify_sentence("The clerk can print a list of all visits.").confidence > 0.95


def test_what_is_no_product_and_nobody_is_a_weaker_sign_of_a_function() -> None:
    product, thing = (classify_sentence(f"{subject} sends a lamp.").confidence for subject in ("The app", "The oak"))
    assert thing < product


@pytest.mark.parametrize(
    "limit",
    ["The app must not send a list.", "The app sends at most three lists.", "The app sends a list even on Sundays."],
)
def test_a_limit_is_less_surely_a_function(limit: str) -> None:
    assert classify_sentence(limit).confidence < classify_sentence("The app sends a list.").confidence


@pytest.mark.parametrize(
    "sentence",
    [
        "The link in the message shall not work a second time.",
        "The app should remind the reader 24 hours and 2 hours before a loan ends.",
        "The member must be able to return a bike at any time of day within 48 hours.",
    ],
)
def test_a_deed_at_its_time_is_still_a_deed(sentence: str) -> None:
    assert classify_sentence(sentence).type is RequirementType.FUNCTIONAL
