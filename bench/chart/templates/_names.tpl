{{- define "selector" -}}
app.kubernetes.io/name: {{ .Release.Name }}
{{- end }}
{{- define "labels" -}}
{{ include "selector" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ splitList ":" .Values.image | last | quote }}
app.kubernetes.io/managed-by: {{ .Values.managedBy }}
{{- end }}
{{- define "metadata" -}}
name: {{ .Release.Name }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "labels" . | nindent 2 }}
{{- end }}
{{- define "restricted" -}}
allowPrivilegeEscalation: false
capabilities: {drop: [ALL]}
readOnlyRootFilesystem: true
{{- end }}
{{- define "small" -}}
requests: {cpu: 50m, memory: 64Mi}
limits: {memory: 64Mi{{ if .Values.core }}, cpu: 50m{{ end }}}
{{- end }}
{{- define "resources" -}}
{{- if .Values.highPriority }}
requests: {cpu: "2", memory: 4Gi}
limits: {cpu: "2", memory: 4Gi}
{{- else if .Values.core }}
requests: {cpu: 500m, memory: 512Mi}
limits: {cpu: 500m, memory: 512Mi}
{{- else }}
requests: {cpu: 250m, memory: 256Mi}
limits: {memory: 512Mi}
{{- end }}
{{- end }}
{{- define "metricsPort" -}}
{{- $wanted := .Values.metrics.port | default (first .Values.ports).name -}}
{{- range .Values.ports }}{{ if eq .name $wanted }}{{ .containerPort }}{{ end }}{{ end -}}
{{- end }}

{{- define "beside" }}
{{- range .Values.sidecars }}
- name: {{ .name }}
  image: {{ .image }}
  {{- if semverCompare ">=1.29-0" $.Capabilities.KubeVersion.Version }}
  restartPolicy: Always
  {{- end }}
  resources: {{- include "small" $ | nindent 4 }}
  securityContext: {{- include "restricted" $ | nindent 4 }}
{{- end }}
{{- end }}
