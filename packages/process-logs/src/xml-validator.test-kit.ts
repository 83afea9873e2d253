import { XmlDocument, XmlParseError, XmlValidateError, XsdValidator } from 'libxml2-wasm'

/** Another hand's validator for XML: libxml2, as WebAssembly. */

/** What is wrong with the text by the schema (an XML Schema); null when nothing is. */
export function xmlFaultsBy(schema: string, text: string): string | null {
  const definition = XmlDocument.fromString(schema)
  const validator = XsdValidator.fromDoc(definition)
  try {
    const document = XmlDocument.fromString(text)
    try {
      validator.validate(document)
      return null
    } finally {
      document.dispose()
    }
  } catch (error) {
    if (error instanceof XmlValidateError || error instanceof XmlParseError) return error.message
    throw error
  } finally {
    validator.dispose()
    definition.dispose()
  }
}
