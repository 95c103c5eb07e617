# Several small policies, by expressions; names are asked of kube-system only.
# goal: way-out
kubectl apply -n front -f - <<END
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny-out }
spec: { podSelector: {}, policyTypes: [Egress] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: names }
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }]
      ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: to-api }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Egress]
  egress:
    - to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: back } }, podSelector: { matchLabels: { app: api } } }]
END
sleep 5
# goal: closed
kubectl apply -f deny.yaml
# goal: allowed
kubectl apply -n back -f - <<END
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: trusted }
spec:
  podSelector: {}
  ingress:
    - from:
        - namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: In, values: [front, ops] }] }
          podSelector: { matchExpressions: [{ key: access, operator: Exists }] }
END
sleep 5
