# diagnosis: none
# Closed from the other side; open to a whole namespace; one of two is let in; a way out without names, or for some only.
kubectl apply -n front -f - <<END
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: way }
spec: { podSelector: {}, policyTypes: [Ingress], ingress: [{}] }
END
# unknown: egress
for from in front ops; do
  kubectl apply -n $from -f - <<END
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: quiet }
spec: { podSelector: {}, policyTypes: [Egress] }
END
done
sleep 5
# open: closed
kubectl delete networkpolicy quiet -n front
kubectl delete networkpolicy quiet -n ops
let_in() {
  kubectl apply -n back -f - <<END
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: let-in }
spec:
  podSelector: { matchLabels: { app: api } }
  ingress:
    - from: $1
END
}
let_in '[{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: front } } }]'
sleep 5
# open: closed
# unknown: after-deny
let_in '[{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ops } } }]'
sleep 5
# open: closed
let_in '[{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: front } }, podSelector: { matchLabels: { access: "true" } } }]'
sleep 5
# done: closed
# open: allowed
let_in '[{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ops } }, podSelector: { matchLabels: { access: "true" } } }]'
sleep 5
# open: allowed
kubectl create quota room -n back --hard=pods=1
# open: probes
kubectl delete quota room -n back
kubectl cordon -l '!node-role.kubernetes.io/control-plane'
# open: probes
kubectl uncordon -l '!node-role.kubernetes.io/control-plane'
let_in '[{ namespaceSelector: {}, podSelector: { matchLabels: { access: "true" } } }]'
sleep 5
# done: allowed
# open: way-out
go_out() {
  kubectl apply -n front -f - <<END
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: way }
spec:
  podSelector: $1
  policyTypes: [Egress]
  egress:
    - to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: back } } }]
    - to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: $2 } } }]
      ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }]
END
}
go_out '{ matchLabels: { app: web } }' kube-system
sleep 5
# open: way-out
go_out '{ matchExpressions: [{ key: app, operator: NotIn, values: [web] }] }' kube-system
sleep 5
# open: way-out
go_out '{}' nowhere
sleep 5
# open: way-out
