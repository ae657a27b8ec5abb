"""The desk of a test takes ledgers in: Dan asks, and the worker does what he asks."""

import io
from datetime import date

from portal import jobs
from portal.actions import intakes
from portal.adapters.storage import Uploads
from portal.db import db
from portal.models.intakes import Intake
from tests import ledgers

AS_OF = date(2026, 11, 23)
# a private claim (学校給食費) of 2024, demanded, owed in full
PLAIN = ledgers.GOOD | {
    "調定年度": "2024", "期別": "1", "枝番": "0", "通知書番号": "N9001", "摘要": "第一小学校　5月分", "調定額": "10000", "納期限": "2024-06-30",
    "督促発送日": "2024-07-20", "督促到達日": "2024-07-24", "原因発生日": "", "カナ氏名": "ｶﾜｲ ｱｷ", "氏名": "河井　秋", "生年月日": "1970-01-01",
    "方書": "南町団地2棟305号", "電話番号1": "0565-00-0901", "備考": "折衝記録あり",
}  # fmt: skip


def record(number=9001, **cells):
    return PLAIN | {"宛名番号": str(number).zfill(10)} | cells


def ledger(*records):
    return ledgers.text(*records).encode("cp932")


# the claim of the cast's Mori, as tests/cast.py has it
MORI = record(1, 通知書番号="N1", カナ氏名="モリ　ハナコ", 氏名="森　花子", 生年月日="1970-01-01", 性別="", 郵便番号="4710000",
              住所="豊川野市本町1丁目1番地", 方書="", 電話番号1="0565000101", 備考="")  # fmt: skip


class Desk:
    """Dan at his desk, and the worker who does what he asks."""

    def __init__(self, app, acting):
        self.app, self.acting = app, acting
        self.uploads = Uploads.of(app.config)

    def upload(self, content, as_of=AS_OF, source="住宅", whole=True):
        with self.acting("dan", "intake:upload") as by:
            made = intakes.upload(io.BytesIO(content), file_name="ledger.csv", as_of=as_of, source=source, whole=whole,
                                  uploads=self.uploads, by=by)  # fmt: skip
            self.id = made.id
        return self.id

    def perform(self, ticket=None):
        with self.app.app_context():
            jobs.perform(str(ticket or self.see().ticket_id))

    def check(self, content, **known):
        self.upload(content, **known)
        self.perform()
        return self.see()

    def ask_load(self):
        with self.acting("dan", "intake:load") as by:
            intakes.load(self.id, uploads=self.uploads, by=by)

    def cancel(self):
        with self.acting("dan", "intake:cancel") as by:
            intakes.cancel(self.id, uploads=self.uploads, by=by)

    def take_in(self, *records, **known):
        """Upload, check and load; the answer's `totals["loaded"]` says what the load did."""
        self.check(ledger(*records), **known)
        self.ask_load()
        self.perform()
        return self.see()

    def see(self):
        with self.acting("dan", "intake:show"):
            return db.session.get_one(Intake, self.id)


def debtor(admin, number):
    row = admin.execute("select to_jsonb(d) from city.debtor d where number = %s", [str(number).zfill(10)]).fetchone()
    return row and row[0]


def claims(admin, number):
    rows = admin.execute(
        "select to_jsonb(r) from city.receivable r join city.debtor d on d.id = r.debtor_id where d.number = %s"
        " order by r.fiscal_year, r.instalment",
        [str(number).zfill(10)],
    )
    return [row[0] for row in rows]
