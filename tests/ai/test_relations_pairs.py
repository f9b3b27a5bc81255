"""What two sentences are to each other, on pairs written for it: the same, a conflict, or neither."""

import pytest

from specloom.ai.relations import rank, relation, similarity

CONFLICTS = (
    ("The search shall return results within 2 seconds.", "The search must take at least 5 seconds to return results."),
    ("Audit logs shall be retained for 30 days.", "The system shall retain audit logs for 90 days."),
    ("A session shall expire after 15 minutes of inactivity.", "Sessions expire after 1 hour of inactivity."),
    (
        "The pump shall stop when the pressure exceeds 6 bar.",
        "When the pressure exceeds 6 bar, the pump must not stop.",
    ),
    ("Users shall be able to delete their own comments.", "Users must not be able to delete their own comments."),
    ("The application shall store passwords in plain text.", "Passwords shall be stored encrypted."),
    ("Only administrators may approve refunds.", "Any clerk may approve refunds."),
    ("Reports shall be generated automatically every night.", "Reports shall be generated manually by the supervisor."),
    (
        "The stock level shall be updated immediately after a sale.",
        "The stock level is updated in a nightly batch after sales.",
    ),
    (
        "Guests shall be able to place an order without registration.",
        "Placing an order shall require the customer to be logged in.",
    ),
    ("The valve shall be open in the idle state.", "In the idle state the valve shall be closed."),
    ("Customer data must be kept indefinitely.", "Customer data shall be deleted after 24 months."),
    ("The upload size shall be limited to 10 MB.", "The system shall accept uploads of at least 50 MB."),
    ("The device shall weigh no more than 2 kg.", "The device shall weigh at least 3 kg."),
    ("The parent must confirm the booking before payment.", "The booking is confirmed by the parent after payment."),
    (
        "Two-factor authentication is mandatory for all employees.",
        "Two-factor authentication is optional for employees.",
    ),
    ("The API shall be stateless.", "The API shall be stateful and keep the conversation in memory."),
    ("The driver can edit a closed trip.", "Closed trips are read-only for the driver."),
    ("All profile pages shall be public.", "Profile pages must be private."),
    ("The system shall allow multiple active sessions per user.", "Each user shall have a single active session."),
    (
        "Invoices shall be sent to customers by e-mail within one day.",
        "Invoices shall be e-mailed to customers no earlier than 5 days.",
    ),
    ("The backup shall be stored on local servers only.", "Backups shall be stored in the cloud."),
    ("The robot shall not enter the storage area.", "The robot shall enter the storage area to pick up boxes."),
    ("Teachers may change grades after the deadline.", "Grades cannot be changed by teachers after the deadline."),
    ("The terminal must print a receipt for each payment.", "The terminal never prints a receipt for a payment."),
    ("The system shall prevent users from exporting customer lists.", "Users shall be able to export customer lists."),
    ("The alarm shall be disabled during maintenance.", "During maintenance the alarm shall remain enabled."),
    (
        "The camera shall record in at least 1080 pixels at 30 frames per second.",
        "The camera shall record at 60 frames per second.",
    ),
    (
        "The temperature in the cabinet shall not exceed 8 °C.",
        "The temperature in the cabinet shall be at least 12 °C.",
    ),
    ("Notifications shall be sent synchronously.", "Notifications shall be sent asynchronously through a queue."),
    (
        "Deleting an account is prohibited while an order is open.",
        "A customer may delete the account while an order is open.",
    ),
    ("Only the owner can see the salary field.", "The salary field shall be visible to all employees."),
    ("Anonymous users shall not access the forum.", "The forum shall be accessible to anonymous users."),
    (
        "The list of results shall be sorted in ascending order of price.",
        "Results shall be listed in descending order of price.",
    ),
    ("The lift shall carry at most 8 persons.", "The lift shall carry 12 persons."),
    ("Passwords must contain at least 12 characters.", "Passwords shall have a maximum length of 8 characters."),
    ("The system shall be available 99.9 % of the time.", "The system shall be available 95 % of the time."),
    ("The clinic shall store patient files for 10 years.", "Patient files are deleted after 3 years."),
    ("Messages between nurses shall be encrypted.", "Messages between nurses are transmitted unencrypted."),
    ("The dispatcher must be notified about every delay.", "The dispatcher shall not be informed of delays."),
)

DUPLICATES = (
    ("The user shall be able to delete an account.", "Users can remove their accounts."),
    ("The system shall display the order history.", "The order history shall be shown by the system."),
    ("Customers must log in with e-mail and password.", "Customers shall sign in using their email and password."),
    (
        "The application shall send a reminder to the patient one day before the appointment.",
        "One day before an appointment, the patient shall receive a reminder from the application.",
    ),
    ("The search shall return results within 2 seconds.", "Search results must be returned in no more than 2 seconds."),
    ("All data in transit shall be encrypted.", "The system must encrypt all data in transit."),
    ("The clerk shall be able to print an invoice.", "It shall be possible for the clerk to print invoices."),
    (
        "As a teacher, I want to upload homework so that students find it.",
        "As a teacher, I want to be able to upload homework.",
    ),
    ("Response time shall not exceed 500 ms.", "The response time must be at most 0.5 seconds."),
    ("The pump stops when the tank is empty.", "When the tank is empty, the pump shall stop."),
    ("Export of reports to PDF shall be supported.", "The system shall support exporting reports as PDF."),
    ("Only managers may approve expenses.", "Expenses can be approved by managers only."),
    ("The system shall not store credit card numbers.", "Credit card numbers must never be stored."),
    ("Users shall be able to filter products by price.", "The user can filter the products by their price."),
    ("The administrator shall be able to create new users.", "Admins can add new users."),
    ("The log shall record the time of each login.", "The time of every login shall be recorded in the log."),
    ("The device shall work without a network connection.", "The device must work without network connection."),
    ("The vehicle shall stop if an obstacle is detected.", "If an obstacle is detected, the vehicle must stop."),
    ("A user who is not logged in must not see prices.", "Prices must not be visible to users who are not logged in."),
    ("Back up the database every night.", "The database shall be backed up nightly."),
)

UNRELATED = (
    ("The log shall record the time.", "The log shall record the user."),
    ("Users shall be able to add items to the cart.", "Users shall be able to remove items from the cart."),
    ("When online, the app shall upload photos at once.", "When offline, the app shall keep photos on the device."),
    ("The search shall answer within 2 seconds.", "The export shall finish within 10 minutes."),
    ("Passwords shall have at least 8 characters.", "Passwords shall have at most 64 characters."),
    ("95 % of requests shall be answered within 1 second.", "99 % of requests shall be answered within 3 seconds."),
    ("The manager may approve leave.", "The manager may approve expenses."),
    ("Authorized users shall be able to open the vault.", "Unauthorized users shall not be able to open the vault."),
    (
        "If the payment succeeds, the order shall be confirmed.",
        "If the payment fails, the order shall not be confirmed.",
    ),
    ("The user shall be able to enable notifications.", "The user shall be able to disable notifications."),
    ("The system shall support English.", "The system shall support French."),
    ("The clerk enters the order.", "The customer receives a confirmation."),
    ("The door shall open when the button is pressed.", "The door shall close after 10 seconds."),
    ("Audit logs shall be retained for 7 years.", "Temporary files shall be deleted after 24 hours."),
    ("As a student, I want to see my grades.", "As a teacher, I want to see the grades of my class."),
    ("The page shall show the price of each product.", "The page shall show the stock of each product."),
    ("Students can upload a photo.", "Teachers can upload a video."),
    (
        "The service shall use PostgreSQL with the asyncpg driver.",
        "The service shall use FastAPI with asynchronous handlers.",
    ),
    ("The report shall be available as PDF.", "The report shall be available as CSV."),
    ("Private messages shall be encrypted.", "Public messages shall be signed."),
    ("Drivers must not use the app while driving.", "Drivers shall be able to see their tours."),
    (
        "The charger shall stop at 100 % of the battery's capacity.",
        "The charger shall warn the user at 20 % of the battery's capacity.",
    ),
    ("The battery shall last at least 8 hours.", "The battery shall be charged within 2 hours."),
    ("New members receive a discount of 10 %.", "Members of more than 5 years receive a discount of 20 %."),
    ("The nurse shall be able to record the temperature.", "The doctor shall be able to prescribe medicine."),
    ("The list shall show the first 20 entries.", "The list shall be sorted by date."),
    ("Unit tests shall cover services.", "Integration tests shall cover API endpoints."),
    (
        "The system shall send an e-mail when an order is shipped.",
        "The system shall send an SMS when an order is delayed.",
    ),
    ("Inactive accounts shall be deleted.", "Active accounts shall be kept."),
    (
        "The locker must block the code after five wrong attempts.",
        "The locker shall open one compartment for each valid code.",
    ),
    ("The cabin light shall be on during boarding.", "The cabin light shall be off during take-off."),
    ("The system shall validate the format of the date.", "The system shall reject dates in the past."),
    ("Drafts may be deleted by their author.", "Published articles must not be deleted."),
    ("The system shall not require a password for guests.", "The system shall require a password for administrators."),
    ("Orders of more than 1,000 euros shall be approved by a manager.", "Orders up to 1,000 euros need no approval."),
    ("The map shall show the position of each bus.", "Passengers shall be able to buy tickets in the app."),
    ("The scale shall measure weights up to 5 kg.", "The scale shall measure in steps of 1 g."),
    (
        "A reminder shall be sent 24 hours before the appointment.",
        "An appointment can be cancelled up to 48 hours before it begins.",
    ),
    ("The API shall limit each client to 100 requests per minute.", "The API shall limit each response to 100 items."),
    ("The user interface shall be in dark colours at night.", "Backups shall run at night."),
)

LEAST_F1, MOST_ALARMS = 0.9, 0.05


def test_conflicts_are_told_from_duplicates_and_unrelated_pairs() -> None:
    found = [relation(*pair) == "conflict" for pair in CONFLICTS]
    alarms = [relation(*pair) == "conflict" for pair in (*DUPLICATES, *UNRELATED)]
    f1 = 2 * sum(found) / (len(found) + sum(found) + sum(alarms))
    assert f1 >= LEAST_F1
    assert sum(alarms) / len(alarms) <= MOST_ALARMS


def test_duplicates_are_told_from_variants_of_one_pattern() -> None:
    found = [relation(*pair) == "duplicate" for pair in DUPLICATES]
    alarms = [relation(*pair) == "duplicate" for pair in (*CONFLICTS, *UNRELATED)]
    assert sum(found) / len(found) >= LEAST_F1
    assert sum(alarms) / len(alarms) <= MOST_ALARMS


@pytest.mark.parametrize("pair", [*CONFLICTS[::8], *DUPLICATES[::8], *UNRELATED[::8]])
def test_the_order_of_a_pair_does_not_matter(pair: tuple[str, str]) -> None:
    assert relation(*pair) == relation(*reversed(pair))
    assert similarity(*pair) == pytest.approx(similarity(*reversed(pair)))


@pytest.mark.parametrize("sentence", [pair[0] for pair in (*CONFLICTS[::8], *DUPLICATES[::8])])
def test_a_sentence_is_a_duplicate_of_itself_and_never_its_own_conflict(sentence: str) -> None:
    assert relation(sentence, sentence) == "duplicate"
    assert similarity(sentence, sentence) == 1.0


@pytest.mark.parametrize("other", ["", " ", "????", "請保存所有記錄。", "🙂" * 50, "x" * 5_000])
def test_what_is_no_sentence_is_related_to_nothing(other: str) -> None:
    assert relation("The pump shall stop when the tank is empty.", other) is None


def test_the_most_similar_come_first() -> None:
    ranked = rank([sentence for pair in DUPLICATES for sentence in pair], limit=3)
    first = [ranked[2 * number][0][0] == 2 * number + 1 for number in range(len(DUPLICATES))]
    assert sum(first) >= len(first) - 1
    for each in ranked:
        scores = [score for _, score in each]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)
