import { Button } from 'antd'
import { useState } from 'react'
import type { SignIn } from './session-state.ts'
import { useRoleHints, useRoleTexts, useSessionTexts } from './use-texts.ts'

const trialDivision = '320400'

type Role = Parameters<ReturnType<typeof useRoleHints>>[0]

type Props = {
  roles: readonly string[]
  waiting: boolean
  onEnter: (wanted: SignIn) => Promise<void>
}

export function RoleChoices({ roles, waiting, onEnter }: Props) {
  const t = useSessionTexts()
  const title = useRoleTexts()
  const hint = useRoleHints()
  const [role, setRole] = useState('duty-officer')
  const [division, setDivision] = useState(trialDivision)
  const [uscc, setUscc] = useState('')
  const own = role === 'institution' ? { uscc: uscc.trim() } : {}
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void onEnter({ role, division: division.trim() === '' ? null : division.trim(), ...own })
      }}
    >
      <fieldset className="role-choices">
        <legend>{t('role')}</legend>
        {(roles as readonly Role[])
          .filter((one) => (one as string) !== 'clerk')
          .map((one) => (
            <label className="role-choice" key={one}>
              <input
                type="radio"
                name="role"
                value={one}
                checked={role === one}
                onChange={() => setRole(one)}
              />
              <span>
                {title(one)}
                <small>{hint(one)}</small>
              </span>
            </label>
          ))}
      </fieldset>
      <label className="field">
        <span>{t('division')}</span>
        <input
          className="control"
          value={division}
          onChange={({ target }) => setDivision(target.value)}
          inputMode="numeric"
          maxLength={6}
          aria-describedby="division-hint"
        />
        <small id="division-hint" className="sign-in-hint">
          {t('divisionHint')}
        </small>
      </label>
      {role === 'institution' && (
        <label className="field">
          <span>{t('uscc')}</span>
          <input
            className="control"
            value={uscc}
            onChange={({ target }) => setUscc(target.value)}
            maxLength={18}
            required
          />
          <small className="sign-in-hint">{t('usccHint')}</small>
        </label>
      )}
      <Button type="primary" htmlType="submit" loading={waiting}>
        {t('enter')}
      </Button>
    </form>
  )
}
