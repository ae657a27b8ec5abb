"""The people the demo's story is about, by the part they play. Everybody else is drawn by lot."""

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Lead:
    """`partner`: who they are placed with (north, south, law; nobody: ""). `months`: how long ago the newest was due."""

    key: str
    partner: str
    name: str
    kana: str
    sex: str
    birth: date
    kinds: tuple[str, ...]
    reachable: bool = True
    address: str | None = None
    building: str | None = None
    flags: tuple[str, ...] = ()
    months: tuple[int, int] = (12, 36)

    def facts(self) -> dict[str, Any]:
        """What the factory is told."""
        given = {key: getattr(self, key) for key in ("name", "kana", "sex", "birth", "kinds", "reachable", "flags")}
        known = {key: getattr(self, key) for key in ("address", "building") if getattr(self, key) is not None}
        return given | known | {"lead": self.key}


def _lead(key: str, partner: str, who: str, sex: str, birth: str, kinds: str, **more: Any) -> Lead:
    name, kana = who.split("／")
    return Lead(key, partner, name, kana, sex, date.fromisoformat(birth), tuple(kinds.split()), **more)


HOME = "豊川野市緑が丘3丁目12番地5"
LEADS = (
    # 北コールセンター
    _lead("no_food", "north", "浅見　和江／アサミ　カズエ", "2", "1957-02-11", "204 202"),
    _lead("ill", "north", "久保田　俊介／クボタ　シュンスケ", "1", "1974-08-30", "204 205"),
    _lead("carer", "north", "岩瀬　典子／イワセ　ノリコ", "2", "1963-05-19", "205"),
    _lead("helped", "north", "三浦　隆／ミウラ　タカシ", "1", "1969-12-03", "204"),
    _lead("recovered", "north", "西尾　真由美／ニシオ　マユミ", "2", "1981-07-07", "201"),
    _lead("declined", "north", "古川　誠一／フルカワ　セイイチ", "1", "1959-03-24", "204"),
    _lead("father", "north", "戸倉　直樹／トクラ　ナオキ", "1", "1983-01-15", "201 301", address=HOME, building=""),
    _lead("mother", "north", "戸倉　由美／トクラ　ユミ", "2", "1984-06-02", "204", address=HOME, building=""),
    _lead("gaiji", "north", "\ue000田　康夫／ヨシダ　ヤスオ", "1", "1951-10-20", "204"),
    _lead("long_name", "north", "小比類巻　エリザベート・マリア・フェルナンダ・茉莉花／コヒルイマキ　エリザベート・マリア・フェルナンダ・マリカ",
          "2", "1988-11-30", "201", building="グランドメゾン東雲台ガーデンテラス・ウエストコート1207号室"),
    _lead("from_abroad", "north", "グエン　ティ・ホア／グエン　ティ・ホア", "2", "1994-04-08", "204"),
    _lead("promised", "north", "長谷川　修／ハセガワ　オサム", "1", "1971-09-14", "204 201"),
    _lead("promise_broken", "north", "内藤　亮／ナイトウ　リョウ", "1", "1990-02-27", "205"),
    _lead("call_back", "north", "水野　さやか／ミズノ　サヤカ", "2", "1986-05-05", "201"),
    _lead("evenings", "north", "石黒　健／イシグロ　ケン", "1", "1979-11-11", "204"),
    _lead("says_paid", "north", "服部　美智子／ハットリ　ミチコ", "2", "1955-01-29", "204"),
    _lead("instalments", "north", "平野　浩二／ヒラノ　コウジ", "1", "1966-07-21", "202"),
    _lead("asked_back", "north", "酒井　明日香／サカイ　アスカ", "2", "1992-03-18", "301"),
    _lead("too_late", "north", "大森　実／オオモリ　ミノル", "1", "1962-04-02", "204"),
    _lead("moved", "north", "島田　かおり／シマダ　カオリ", "2", "1977-12-12", "202", reachable=False),
    _lead("recalled", "north", "原　正／ハラ　タダシ", "1", "1948-06-16", "204"),
    _lead("fled", "north", "滝川　ゆい／タキガワ　ユイ", "2", "1989-09-09", "201"),
    # 南コールセンター
    _lead("laid_off", "south", "小池　大介／コイケ　ダイスケ", "1", "1980-10-01", "205 204"),
    _lead("single_parent", "south", "松永　恵／マツナガ　メグミ", "2", "1987-08-08", "201 301"),
    _lead("disputes", "south", "河合　政男／カワイ　マサオ", "1", "1953-02-05", "205"),
    _lead("complained", "south", "榊原　留美／サカキバラ　ルミ", "2", "1968-01-17", "205"),
    _lead("south_back", "south", "神谷　達也／カミヤ　タツヤ", "1", "1985-12-24", "308"),
    _lead("both", "south", "野々村　勝／ノノムラ　マサル", "1", "1960-11-03", "205 206"),
    # 中央弁護士チーム
    _lead("order_due", "law", "早川　貴志／ハヤカワ　タカシ", "1", "1972-05-26", "202"),
    _lead("inquired", "law", "堀内　千春／ホリウチ　チハル", "2", "1976-04-30", "206"),
    _lead("negotiates", "law", "宮本　剛／ミヤモト　ツヨシ", "1", "1965-08-12", "209"),
    _lead("stopped", "law", "村瀬　キヨ／ムラセ　キヨ", "2", "1941-03-03", "207"),
    _lead("old_debt", "law", "竹本　和夫／タケモト　カズオ", "1", "1950-09-28", "204", reachable=False, months=(64, 78)),
    _lead("near_end", "law", "岸本　礼子／キシモト　レイコ", "2", "1970-07-18", "205", months=(57, 58)),
    # 委託なし
    _lead("sheltered", "", "秋月　遥／アキヅキ　ハルカ", "2", "1991-06-25", "301", flags=("支援措置",)),
    # 11月の台帳で変わる方
    _lead("paid_up", "north", "宇野　靖子／ウノ　ヤスコ", "2", "1973-10-08", "204"),
    _lead("went_bankrupt", "south", "黒田　浩一／クロダ　コウイチ", "1", "1967-03-27", "205"),
    _lead("pays_monthly", "north", "飯島　節／イイジマ　セツ", "2", "1958-01-05", "205"),
)  # fmt: skip
