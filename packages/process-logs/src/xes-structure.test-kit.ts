/**
 * What IEEE 1849-2016 says of the structure of XES, written here from its facts as an XML Schema: what a log is made of
 * and in which order, which attributes each thing must carry, and which values the types take.
 */
export const xesStructure = `<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:simpleType name="key">
    <xs:restriction base="xs:string"><xs:minLength value="1"/></xs:restriction>
  </xs:simpleType>
  <xs:simpleType name="scope">
    <xs:restriction base="xs:string"><xs:enumeration value="trace"/><xs:enumeration value="event"/></xs:restriction>
  </xs:simpleType>
  <xs:simpleType name="uuid">
    <xs:restriction base="xs:string">
      <xs:pattern value="[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"/>
    </xs:restriction>
  </xs:simpleType>
  <xs:group name="attributes">
    <xs:choice>
${['string:string', 'date:dateTime', 'int:long', 'float:double', 'boolean:boolean'].map(typed).join('\n')}
      <xs:element name="id" type="attribute-id"/>
    </xs:choice>
  </xs:group>
${['string', 'dateTime', 'long', 'double', 'boolean'].map((type) => attribute(type, `xs:${type}`)).join('\n')}
${attribute('id', 'uuid')}
  <xs:complexType name="attributed">
    <xs:group ref="attributes" minOccurs="0" maxOccurs="unbounded"/>
  </xs:complexType>
  <xs:element name="log">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="extension" minOccurs="0" maxOccurs="unbounded">
          <xs:complexType>
            <xs:attribute name="name" type="xs:NCName" use="required"/>
            <xs:attribute name="prefix" type="xs:NCName" use="required"/>
            <xs:attribute name="uri" type="xs:anyURI" use="required"/>
          </xs:complexType>
        </xs:element>
        <xs:element name="global" minOccurs="0" maxOccurs="2">
          <xs:complexType>
            <xs:group ref="attributes" maxOccurs="unbounded"/>
            <xs:attribute name="scope" type="scope" use="required"/>
          </xs:complexType>
        </xs:element>
        <xs:element name="classifier" minOccurs="0" maxOccurs="unbounded">
          <xs:complexType>
            <xs:attribute name="name" type="xs:NCName" use="required"/>
            <xs:attribute name="scope" type="scope"/>
            <xs:attribute name="keys" type="key" use="required"/>
          </xs:complexType>
        </xs:element>
        <xs:group ref="attributes" minOccurs="0" maxOccurs="unbounded"/>
        <xs:element name="trace" minOccurs="0" maxOccurs="unbounded">
          <xs:complexType>
            <xs:sequence>
              <xs:group ref="attributes" minOccurs="0" maxOccurs="unbounded"/>
              <xs:element name="event" type="attributed" minOccurs="0" maxOccurs="unbounded"/>
            </xs:sequence>
          </xs:complexType>
        </xs:element>
      </xs:sequence>
      <xs:attribute name="xes.version" type="xs:decimal" use="required"/>
      <xs:attribute name="xes.features" type="xs:token"/>
    </xs:complexType>
  </xs:element>
</xs:schema>
`

function typed(pair: string): string {
  const [element, type] = pair.split(':')
  return `      <xs:element name="${element}" type="attribute-${type}"/>`
}

/** An attribute has a key, a value, and perhaps attributes of its own. */
function attribute(name: string, value: string): string {
  return `  <xs:complexType name="attribute-${name}">
    <xs:group ref="attributes" minOccurs="0" maxOccurs="unbounded"/>
    <xs:attribute name="key" type="key" use="required"/>
    <xs:attribute name="value" type="${value}" use="required"/>
  </xs:complexType>`
}
