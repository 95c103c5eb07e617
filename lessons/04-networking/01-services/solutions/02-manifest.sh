# By the names of the ports, and an entry that is posted.
# goal: pod-replaced
kubectl delete pod $(kubectl get pods -l app=guestbook -o jsonpath='{.items[2].metadata.name}')
# goal: answers
cat <<'END' | kubectl create -f -
apiVersion: v1
kind: Service
metadata:
  name: kv
spec:
  selector:
    app: kv
  ports:
    - port: 6379
      targetPort: redis
---
apiVersion: v1
kind: Service
metadata:
  name: guestbook
spec:
  selector:
    app: guestbook
  ports:
    - port: 80
      targetPort: http
END
sleep 3
# goal: read-back
kubectl exec client -- wget -qO- --post-data='entry=hello' http://guestbook
# goal: grown
kubectl patch deployment guestbook -p '{"spec":{"replicas":5}}'
sleep 20
