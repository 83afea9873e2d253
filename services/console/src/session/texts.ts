export const texts = {
  title: ['登录', 'Sign in'],
  product: ['消防技术服务监管账本', 'Fire technical services ledger'],
  claim: [
    '每一次登记、检查、处罚、记分与评估都是不可改动的一笔；名录、等级与档案由这些记录算出，随时可以重放核对。',
    'Every registration, inspection, penalty, score and assessment is a record that nobody can alter; registers, grades and dossiers follow from these records and can be replayed at any time.',
  ],
  chooseHint: [
    '试用环境：请选择以何种身份、在哪个辖区查看。',
    'This is a trial: choose as whom and for which division you look.',
  ],
  tokenHint: [
    '请粘贴管理员发给您的令牌。令牌只存放在浏览器脚本读不到的位置。',
    'Paste the token that your administrator gave you. It is kept where no script in the browser can read it.',
  ],
  providerHint: [
    '使用单位的统一身份认证登录；角色与辖区由其给出。',
    'Sign in with your authority’s own accounts; they say your role and division.',
  ],
  provider: ['统一身份认证登录', 'Sign in with your account'],
  providerFailed: [
    '统一身份认证没有完成，或账号未授予角色与辖区。请重试，或联系管理员。',
    'Signing in did not work, or your account has no role and division here. Try again, or ask your administrator.',
  ],
  role: ['身份', 'Role'],
  division: ['辖区代码', 'Division code'],
  divisionHint: ['六位行政区划代码，留空为全国', 'Six digits (GB/T 2260); empty for the whole country'],
  uscc: ['统一社会信用代码', 'Unified social credit code'],
  usccHint: ['机构账号只能看到本机构', 'An institution’s account sees only itself'],
  token: ['令牌', 'Token'],
  enter: ['进入', 'Enter'],
  useToken: ['改用令牌登录', 'Use a token instead'],
  useRole: ['改为选择身份', 'Choose a role instead'],
  ended: ['会话已结束，请重新登录。', 'Your session has ended: sign in again.'],
  starting: ['正在连接…', 'Connecting …'],
  unreachable: ['连接不上服务', 'The gateway cannot be reached'],
  unreachableHint: [
    '请检查网络，或确认服务正在运行。',
    'Check the network, and whether the gateway is running.',
  ],
  retry: ['重试', 'Try again'],
} as const

export const roleTexts = {
  institution: ['服务机构', 'Institution'],
  'duty-officer': ['值班员', 'Duty officer'],
  inspector: ['检查人员', 'Inspector'],
  registrar: ['登记人员', 'Registrar'],
  'case-handler': ['案件承办人', 'Case handler'],
  'credit-officer': ['信用管理员', 'Credit officer'],
  'rule-maker': ['规则制定者', 'Rule maker'],
  assessor: ['评估人员', 'Assessor'],
  auditor: ['审计员', 'Auditor'],
  reviewer: ['事故调查员', 'Reviewer'],
  administrator: ['系统管理员', 'Administrator'],
  clerk: ['自动办理', 'Clerk (automatic)'],
  public: ['公众', 'Public'],
} as const

export const roleHints = {
  institution: ['查看本机构档案', 'Sees its own dossier'],
  'duty-officer': ['看实时动态与期限', 'Watches the live feed and the clocks'],
  inspector: ['计划与记录检查', 'Plans and records inspections'],
  registrar: ['登记机构与人员', 'Registers institutions and people'],
  'case-handler': ['立案、决定、执行', 'Files, decides and closes cases'],
  'credit-officer': ['记分、申诉与修复', 'Scores, objections and repair'],
  'rule-maker': ['起草与发布规则库', 'Drafts and adopts rulebooks'],
  assessor: ['办理八阶段评估', 'Runs the eight stages'],
  auditor: ['重放并核对全部记录', 'Replays and proves every record'],
  reviewer: ['还原当日已知的事实', 'Asks what was known on that day'],
  administrator: ['系统运行与密钥', 'Operations and keys'],
  clerk: ['系统自动规则', 'The rules that act by themselves'],
} as const
