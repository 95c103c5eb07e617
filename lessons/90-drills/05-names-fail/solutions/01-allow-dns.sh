# goal: names
kubectl apply -f - <<'END'
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: allow-dns, namespace: {{ns}} }
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: [{ ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }] }]
END
sleep 5
