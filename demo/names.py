"""Names of every generation: Faker's Japanese names are those of people born around 1980."""

import factory
import faker
from faker.providers import BaseProvider

ELDER = {
    "1": ("清 キヨシ", "勇 イサム", "正雄 マサオ", "茂 シゲル", "博 ヒロシ", "昭 アキラ", "進 ススム", "敏夫 トシオ"),
    "2": ("和子 カズコ", "幸子 サチコ", "節子 セツコ", "文子 フミコ", "久子 ヒサコ", "トシ子 トシコ", "ミヨ ミヨ", "栄子 エイコ"),
}  # fmt: skip
YOUNG = {
    "1": ("翔太 ショウタ", "大輝 ダイキ", "蓮 レン", "拓海 タクミ", "悠斗 ユウト", "健太 ケンタ", "亮 リョウ", "駿 シュン"),
    "2": ("美咲 ミサキ", "愛 アイ", "彩 アヤ", "葵 アオイ", "千尋 チヒロ", "優奈 ユウナ", "沙織 サオリ", "楓 カエデ"),
}  # fmt: skip
ABROAD = {
    "1": (("シルバ　マルコス", "シルバ　マルコス"), ("グエン　ヴァン・ナム", "グエン　ヴァン・ナム")),
    "2": (("グエン　ティ・ラン", "グエン　ティ・ラン"), ("サントス　マリア・ルイザ", "サントス　マリア・ルイザ")),
}


class Citizens(BaseProvider):
    def citizen(self, sex: str, born: int) -> tuple[str, str]:
        """(surname and given name, kana), the given name of that generation; a few people come from abroad."""
        if self.random_int(1, 100) <= 3:
            return self.random_element(ABROAD[sex])
        surname, surname_kana, _ = self.generator.last_name_pair()
        given, given_kana = self._given(sex, born)
        return f"{surname}　{given}", f"{surname_kana}　{given_kana}"

    def _given(self, sex: str, born: int) -> tuple[str, str]:
        if 1960 < born < 1985:
            pair = self.generator.first_name_male_pair() if sex == "1" else self.generator.first_name_female_pair()
            return pair[0], pair[1]
        given, kana = self.random_element((ELDER if born <= 1960 else YOUNG)[sex]).split()
        return given, kana


factory.Faker.add_provider(Citizens, locale="ja_JP")
FAKE: faker.Faker = factory.Faker._get_faker("ja_JP")
