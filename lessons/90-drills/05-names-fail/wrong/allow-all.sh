# diagnosis: all-opened
kubectl apply -f - <<'END'
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: allow-all, namespace: {{ns}} }
spec: { podSelector: {}, policyTypes: [Egress], egress: [{}] }
END
