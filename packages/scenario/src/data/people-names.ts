/** Own small tables of common syllables; any likeness to a living person is chance. */

/** Surnames, the more common ones more than once. */
export const surnames = [
  ...'王李张刘陈杨黄赵周吴徐孙朱马胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷',
  ...'王李张刘陈王李张刘陈周吴徐孙朱蒋沈陆钱恽庄是承史强谈吴丁周徐',
]

/** Second characters of given names; the first syllable is drawn from either list. */
export const givenNames = {
  male: [...'伟强磊军勇杰涛明超斌辉鹏飞浩亮健刚平建国华俊峰凯波宁东志文海林龙晨宇轩博毅成祥'],
  female: [...'芳娜敏静丽艳娟霞秀梅兰玲红英慧洁琳雪倩婷莹佳怡欣悦颖萍燕琴云凤清月蓉晶璐瑶'],
} as const

export const middleCharacters = [...'建国志文海永玉春晓小立正新德天子少广雅思雨佳嘉一宏世景']
