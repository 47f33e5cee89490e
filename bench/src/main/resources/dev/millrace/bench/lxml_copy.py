"""The loader that a good engineer writes in two days: lxml, and COPY for each table of a batch, in several processes.

Arguments: a libpq connection string, and how many processes. Knows the loan applications of examples/loan-applications.
"""

import io
import multiprocessing
import os
import resource
import sys
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

import psycopg2
from lxml import etree

BATCH = 500
CHANNELS = {"INTERNET": 1, "BRANCH": 2, "PHONE": 3}
DECISIONS = {"APPROVED": 1, "DECLINED": 2, "PENDING": 3}
PAY_PERIODS = {"YEARLY": 1, "MONTHLY": 12, "WEEKLY": 52}
RESIDENCES = {"OWN": "owner", "RENT": "tenant", "FAMILY": "family"}
ROLES = {"PR": "primary", "AUTHU": "authorized"}
SCORES = {
    "TU_TIE_score": "TransUnion TIE",
    "EX_DIE_score": "Experian DIE",
    "EQ_FICO_score": "Equifax FICO",
    "VANTAGE_score": "VantageScore",
    "FRAUD_score": "Fraud",
}
YES_NO = {"Y": "t", "N": "f"}
TABLES = ("app_base", "contact_base", "contact_address", "contact_employment", "scores")
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def text(value):
    """A trimmed attribute, or None if there is nothing in it."""
    return (value.strip() or None) if value else None


def digits(value):
    return "".join(c for c in value if c.isdigit()) or None if value else None


def us_or_iso(value):
    value = text(value)
    return datetime.strptime(value, "%m/%d/%Y").date() if value and "/" in value else value


def applicants(contacts):
    """Of several with the same id the primary one, else the last."""
    by_id = {}
    for contact in contacts:
        if contact.get("ac_role_tp_c") in ROLES:
            known = by_id.get(contact.get("con_id"))
            if known is None or known.get("ac_role_tp_c") != "PR" or contact.get("ac_role_tp_c") == "PR":
                by_id[contact.get("con_id")] = contact
    return by_id.values()


def shred(document, rows):
    # A text with an encoding declaration is refused: lxml wants the bytes.
    request = etree.fromstring(document.encode())
    if request.tag != "Request":
        request = request.find("Request")
    app_id = request.get("ID")
    application = request.find("CustData/application")
    product = application.find("app_product")
    contacts = [c for c in application.iterfind("contact") if c.get("con_id")]
    primaries = [c for c in contacts if c.get("ac_role_tp_c") == "PR"]
    primary = primaries[-1].attrib if primaries else {}
    comments = text(application.get("comments"))
    rate = text(product.get("apr"))
    rows["app_base"].append((
        app_id,
        text(application.get("app_receive_date")) or "1900-01-01",
        CHANNELS.get(application.get("app_source_tp_c"), 9),
        text(application.get("loan_purpose_tp_c")) or "OTHER",
        text(application.get("requested_amount")),
        YES_NO.get(application.get("esign_ind")),
        comments and comments[:100],
        text(product.get("product_tp_c")),
        DECISIONS[product.get("decision_tp_c")],
        us_or_iso(product.get("decision_date")),
        text(product.get("approved_amount")),
        rate and Decimal(rate).quantize(Decimal("0.001"), ROUND_HALF_UP),
        text(product.get("term_months")),
        primary.get("con_id"),
        digits(primary.get("ssn")),
        len(contacts),
    ))
    for contact in applicants(contacts):
        get = contact.get
        con_id = get("con_id")
        first_name = text(get("first_name"))
        email = text(get("email"))
        rows["contact_base"].append((
            app_id, con_id, ROLES[get("ac_role_tp_c")], first_name and first_name[:50], text(get("middle_initial")),
            text(get("last_name")), text(get("birth_date")), digits(get("ssn")), email and email.lower(),
            digits(get("mobile_phone")),
        ))
        seq = 0
        for address in contact.iterfind("contact_address"):
            get = address.get
            if get("address_tp_c") in ("CURR", "PREV"):
                seq += 1
                state = text(get("state"))
                rows["contact_address"].append((
                    con_id, seq, get("address_tp_c"), text(get("street_name")), text(get("unit")), text(get("city")),
                    state and state.upper(), text(get("postal_code")), int(get("months")) + 12 * int(get("years")),
                    RESIDENCES.get(get("residence_tp_c")), text(get("monthly_cost")),
                ))
        for employment in contact.iterfind("contact_employment"):
            get = employment.get
            if get("employment_tp_c") in ("CURR", "PREV"):
                amount = text((get("b_salary") or "").replace("$", "").replace(",", ""))
                periods = PAY_PERIODS.get(get("b_salary_basis_tp_c"))
                values = (
                    text(get("b_name")), text(get("b_occupation")), amount, periods,
                    Decimal(amount) * periods if amount and periods else None,
                    text(get("b_hired")), YES_NO.get(get("b_self_ind")),
                )
                if any(value is not None for value in values):
                    rows["contact_employment"].append((con_id, get("employment_tp_c")) + values)
    for attribute, name in SCORES.items():
        score = text(product.get(attribute))
        if score:
            rows["scores"].append((app_id, name, score))


def field(value):
    return "\\N" if value is None else value.translate(ESCAPES) if isinstance(value, str) else str(value)


def load(dsn, processes, process):
    source = psycopg2.connect(dsn)
    target = psycopg2.connect(dsn)
    documents = source.cursor("documents")
    documents.itersize = BATCH
    documents.execute(
        "SELECT xml FROM app_xml WHERE app_id / %s %% %s = %s ORDER BY app_id", (BATCH, processes, process))
    while batch := documents.fetchmany(BATCH):
        rows = {table: [] for table in TABLES}
        for (document,) in batch:
            shred(document, rows)
        with target, target.cursor() as cursor:
            for table in TABLES:
                lines = "".join("\t".join(map(field, row)) + "\n" for row in rows[table])
                cursor.copy_expert(f"COPY migration.{table} FROM STDIN", io.StringIO(lines))


def main():
    dsn, processes = sys.argv[1], int(sys.argv[2])
    workers = [multiprocessing.Process(target=load, args=(dsn, processes, i)) for i in range(processes)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        sys.exit("a process failed")
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = sum(os.times()[:4])
    # ru_maxrss is that of the largest process, in kilobytes.
    print(f"lap cpu={cpu:.2f} peak={children.ru_maxrss / 1024 * processes:.1f}")


if __name__ == "__main__":
    main()
