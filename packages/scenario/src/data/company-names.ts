/** Own small tables; institutions and units made from them do not exist. */

const firstBrandCharacters = [...'安恒鼎瑞泰华盛宏中正天龙金鑫苏常晋毗兰诚信博远卓永国航']
const secondBrandCharacters = [...'消防盾固宁邦达源通润辰泽域衡锐佑昌晟立岳航峰澜翔骏越勤']

/** Trade names of two characters: as many as the product of the lists, each once. */
export function brandOf(index: number): string {
  const first = firstBrandCharacters[index % firstBrandCharacters.length] ?? ''
  const turn = Math.floor(index / firstBrandCharacters.length)
  const second = secondBrandCharacters[(index + turn * 7) % secondBrandCharacters.length] ?? ''
  const round = Math.floor(turn / secondBrandCharacters.length)
  return round === 0 ? first + second : first + second + (secondBrandCharacters[round] ?? '')
}

export const businessNames = {
  maintenance: ['消防设施检测有限公司', '消防技术服务有限公司', '消防工程维保有限公司'],
  assessment: ['消防安全评估有限公司', '安全技术咨询有限公司', '消防科技评估有限公司'],
  both: ['消防技术服务有限公司', '消防科技有限公司', '消防安全技术有限公司'],
} as const

/** Homes of institutions that work in Changzhou from outside: division and the name as it stands in company names. */
export const homesOutside = [
  { division: '320106', place: '南京', address: '江苏省南京市鼓楼区中央路' },
  { division: '320205', place: '无锡', address: '江苏省无锡市锡山区东亭中路' },
  { division: '310115', place: '上海', address: '上海市浦东新区张杨路' },
  { division: '330106', place: '杭州', address: '浙江省杭州市西湖区文三路' },
  { division: '340104', place: '合肥', address: '安徽省合肥市蜀山区长江西路' },
  { division: '370102', place: '济南', address: '山东省济南市历下区解放路' },
] as const

/** The districts of Changzhou (GB/T 2260), with streets and their share of the city's life. */
export const districts = [
  {
    code: '320402',
    name: '天宁区',
    share: 17,
    streets: ['竹林西路', '青龙西路', '延陵东路', '和平北路', '丽华北路'],
  },
  {
    code: '320404',
    name: '钟楼区',
    share: 17,
    streets: ['怀德中路', '星港路', '勤业路', '玉龙南路', '永宁路'],
  },
  {
    code: '320411',
    name: '新北区',
    share: 22,
    streets: ['通江中路', '太湖东路', '河海中路', '汉江路', '黄河东路'],
  },
  {
    code: '320412',
    name: '武进区',
    share: 24,
    streets: ['延政中路', '鸣新中路', '常武南路', '人民东路', '滆湖东路'],
  },
  { code: '320413', name: '金坛区', share: 10, streets: ['金城大道', '华阳北路', '北环西路', '中兴路'] },
  { code: '320481', name: '溧阳市', share: 10, streets: ['燕山中路', '南大街', '罗湾路', '育才路'] },
] as const

/** Kinds of unit with the ends of their names, floor areas (m²) and how common they are among a hundred. */
export const unitProfiles = [
  { kind: 'commercial-complex', share: 5, ends: ['购物广场', '商业综合体'], area: [30_000, 160_000] },
  { kind: 'high-rise', share: 9, ends: ['国际大厦', '商务中心'], area: [12_000, 60_000] },
  { kind: 'residential', share: 12, ends: ['花园', '名苑', '家园'], area: [20_000, 200_000] },
  { kind: 'hospital', share: 5, ends: ['医院', '康复医院'], area: [8_000, 90_000] },
  { kind: 'school', share: 8, ends: ['实验小学', '中学', '职业技术学校'], area: [9_000, 50_000] },
  { kind: 'childcare', share: 4, ends: ['托育园', '幼儿园'], area: [1_200, 5_000] },
  { kind: 'care-home', share: 5, ends: ['护理院', '养老服务中心'], area: [3_000, 18_000] },
  { kind: 'hotel', share: 8, ends: ['大酒店', '宾馆'], area: [4_000, 40_000] },
  { kind: 'restaurant', share: 5, ends: ['酒楼', '餐饮广场'], area: [600, 4_000] },
  { kind: 'entertainment', share: 4, ends: ['娱乐会所', '影城'], area: [1_000, 8_000] },
  { kind: 'market', share: 7, ends: ['商场', '农贸市场', '家居市场'], area: [3_000, 45_000] },
  { kind: 'office', share: 8, ends: ['办公楼', '科技园'], area: [5_000, 40_000] },
  { kind: 'factory', share: 11, ends: ['机械厂', '新能源材料厂', '纺织厂'], area: [6_000, 80_000] },
  { kind: 'warehouse', share: 4, ends: ['物流仓储中心'], area: [8_000, 60_000] },
  { kind: 'hazardous', share: 2, ends: ['油品储运站'], area: [1_000, 9_000] },
  { kind: 'transport', share: 1, ends: ['客运枢纽'], area: [10_000, 60_000] },
  { kind: 'culture', share: 2, ends: ['体育馆', '图书馆'], area: [5_000, 30_000] },
] as const

/** Trade names of units: two lists whose product is drawn in order. */
export const unitBrandCharacters = {
  first: [...'新城湖龙凤锦金云南北东星荣乐嘉泰康福盛富天文华运江虹春'],
  second: [...'阳塘悦园苑澜港汇茂景韵庭桥溪和峰城泽润年晖翠海源'],
} as const
