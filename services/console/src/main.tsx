import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './styles/ground.css'
import './styles/shell.css'
import './styles/parts.css'
import './styles/narrow.css'
import './styles/print.css'
import { App } from './app.tsx'

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}
