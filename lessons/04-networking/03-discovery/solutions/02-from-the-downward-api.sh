# The namespace is told to the program, which makes a longer name of it.
# goal: billing
kubectl apply -n dev -f - <<END
apiVersion: v1
kind: Service
metadata: { name: billing }
spec: { type: ExternalName, externalName: billing.example.test }
END
# goal: peers
kubectl expose deployment peers -n dev --port=80 --target-port=8080 --cluster-ip=None
# goal: full-name
answer full "$(kubectl exec -n dev client -- nslookup store | awk '/^Name:/ { print $2 }')"
# goal: remade
kubectl get service store -n dev -o yaml | sed -e '/clusterIP/d' -e '/^  - 10\./d' -e '/uid:/d' -e '/resourceVersion:/d' > store.yaml
kubectl delete service store -n dev
kubectl create -f store.yaml
# goal: own-store
for stage in dev prod; do
  kubectl patch deployment web -n $stage -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","env":[
    {"name":"STAGE","valueFrom":{"fieldRef":{"fieldPath":"metadata.namespace"}}},
    {"name":"STORE","value":null,"$patch":"delete"}]}]}}}}'
  kubectl patch deployment web -n $stage --type=json -p '[{"op":"add","path":"/spec/template/spec/containers/0/env/-","value":{"name":"STORE","value":"store.$(STAGE).svc.cluster.local:6379"}}]'
  kubectl rollout status -n $stage deployment/web
done
sleep 10
