# A new Secret, as a file that only its owner may read, and a role by kubectl.
# goal: intern
kubectl create role look --verb=get,list,watch --resource=pods,services,deployments.apps --dry-run=client -o yaml | kubectl replace -f -
# goal: length
answer length 9
# goal: login
kubectl delete secret db
kubectl apply -f - <<END
apiVersion: v1
kind: Secret
metadata: { name: db }
stringData: { password: hunter22 }
END
kubectl get deployment app -o json | jq '.spec.template.spec |= (.volumes = [{name: "db", secret: {secretName: "db", defaultMode: 256}}]
  | .containers[0].volumeMounts = [{name: "db", mountPath: "/etc/db"}]
  | .containers[0].env = [{name: "DB_HOST", value: "db.data:5432"}, {name: "DB_PASSWORD_FILE", value: "/etc/db/password"}])' | kubectl replace -f -
kubectl rollout status deployment/app
sleep 5
