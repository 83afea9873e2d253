import type { AnomalyCode } from '@fireledger/domain'

/** What is complained of, what looks wrong in the records, and what was done well: own texts, without any name. */

export const complaintSummaries = [
  '反映维保单位连续两个月未到场，消防控制室主机故障无人处理',
  '反映检测人员未逐点测试，当日即出具合格结论',
  '反映维护保养收费后未提供记录，建筑入口未公示标识',
  '反映评估人员未到现场，报告照片与建筑不符',
  '反映灭火器维修后压力不足，要求退换被拒',
  '反映项目负责人长期不在岗，现场由无证人员操作',
  '反映喷淋系统保养期间长时间关阀，未告知业主',
  '反映机构以低价承揽后要求追加费用，否则不出具报告',
] as const

type AnomalyText = {
  /** Whether it is about the project lead as well. */
  readonly ofPractitioner: boolean
  readonly detail: string
  /** By which it is explained away. */
  readonly excuse: string
  /** By which it is not. */
  readonly plea: string
}

export const anomalyTexts: Partial<Readonly<Record<AnomalyCode, AnomalyText>>> = {
  AN03: {
    ofPractitioner: true,
    detail: '同一项目负责人同日10时至12时在相距60公里的两个项目签到',
    excuse: '其中一处签到为前日离线记录延迟上传，附设备日志',
    plea: '由同事代为签到，今后改正',
  },
  AN04: {
    ofPractitioner: true,
    detail: '同一项目负责人当日签署5个不同现场的检测结论',
    excuse: '其中3份为同一建筑群的分册，实际为1个现场',
    plea: '任务集中，部分现场由助理完成',
  },
  AN07: {
    ofPractitioner: false,
    detail: '评估项目现场检查完成后3小时内签发报告，低于过程要求的最短时间',
    excuse: '现场阶段完成时间补录错误，实际早两日，附现场记录',
    plea: '报告提前按模板编制，现场后仅补数据',
  },
  AN08: {
    ofPractitioner: false,
    detail: '两个不同委托单位的评估报告正文相似度94%，现场照片重复2张',
    excuse: '两单位为同一物业同批建筑，重复照片为共用消防泵房',
    plea: '编制人员沿用旧报告，审核未发现',
  },
  AN10: {
    ofPractitioner: false,
    detail: '合同单价低于当地同类项目中位数的45%',
    excuse: '合同仅含部分系统检测，按实际面积折算后单价正常',
    plea: '为争取客户报低价，按简化流程检测',
  },
  AN12: {
    ofPractitioner: false,
    detail: '报告记载手动报警按钮64只，抽查现场为52只',
    excuse: '差额12只在检测后的装修中拆除，附验收资料',
    plea: '按图纸数量填写，未逐一核对',
  },
}

export const meritTexts = {
  training: ['组织全体从业人员完成年度继续教育并考核合格', '承办辖区维保人员实操培训，参训42人'],
  'public-service': [
    '为老旧小区免费检测消防设施并更换灭火器',
    '参加消防宣传月，入户宣传和设施义诊',
    '为养老机构义务检查电气线路',
  ],
  'hazard-reported': [
    '书面报告商场防火卷帘失效，其后该处起火，因已改为人员值守未蔓延',
    '书面报告厂房喷淋管网无水，业主整改后次周起火被自动扑灭',
  ],
} as const
