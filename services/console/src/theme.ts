import type { ThemeConfig } from 'antd'

/** The components in the colours of `styles/ground.css`; dense, since officers compare rows. */
export const theme: ThemeConfig = {
  token: {
    colorPrimary: '#1f5a99',
    colorLink: '#1f5a99',
    colorText: '#1c2430',
    colorTextSecondary: '#566170',
    colorTextTertiary: '#66717f',
    colorTextDescription: '#566170',
    colorTextPlaceholder: '#6b7684',
    colorBorder: '#cfd6de',
    colorBorderSecondary: '#e3e7ec',
    colorError: '#a8322a',
    colorSuccess: '#1d7a46',
    colorWarning: '#8a5a00',
    borderRadius: 4,
    fontSize: 14,
    controlHeight: 30,
    motionDurationMid: '0.12s',
    motionDurationSlow: '0.16s',
    fontFamily: 'var(--font)',
    fontFamilyCode: 'var(--mono)',
  },
  components: {
    Table: { headerBg: '#f4f6f8', headerColor: '#445060', cellPaddingBlockSM: 7, rowHoverBg: '#f4f8fc' },
    Tabs: { horizontalMargin: '0 0 12px 0' },
  },
}
