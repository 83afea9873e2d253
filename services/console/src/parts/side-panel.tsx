import { Button } from 'antd'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import { usePartsTexts } from './use-texts.ts'
import './side-panel.css'

type SidePanelProps = {
  open: boolean
  onClose: () => void
  title: ReactNode
  /** In the middle of the page instead of at its right edge. */
  centred?: boolean
  children: ReactNode
}

/**
 * Something to look at beside the page, or to answer before going on: the browser's own dialog, which keeps the focus
 * inside and closes on Escape. (The library's put a style into the page that its policy does not let in.)
 */
export function SidePanel({ open, onClose, title, centred = false, children }: SidePanelProps) {
  const t = usePartsTexts()
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    if (open) dialog.current?.showModal()
    else dialog.current?.close()
  }, [open])
  return (
    <dialog
      ref={dialog}
      className={centred ? 'side-panel side-panel-centred' : 'side-panel'}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      {open && (
        <>
          <header className="panel-head">
            <h2 id={id}>{title}</h2>
            <div className="panel-head-rest">
              <Button type="text" size="small" onClick={onClose}>
                {t('close')}
              </Button>
            </div>
          </header>
          <div className="side-panel-body">{children}</div>
        </>
      )}
    </dialog>
  )
}
