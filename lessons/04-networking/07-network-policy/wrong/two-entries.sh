# diagnosis: two-entries
kubectl apply -f deny.yaml -f allow.yaml
kubectl apply -n back -f - <<END
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: allow-ops }
spec:
  podSelector: { matchLabels: { app: api } }
  ingress:
    - from:
        - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ops } }
        - podSelector: { matchLabels: { access: "true" } }
      ports: [{ port: 8080 }]
END
