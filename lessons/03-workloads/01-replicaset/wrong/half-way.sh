# diagnosis: none
# In quarantine, but it doesn't run; or it runs, but isn't in quarantine.
kubectl run sick --image=learn/hello:none --labels=app=quarantine
kubectl run lonely --image=learn/hello:1.0 --labels=app=other
sleep 5
# open: orphan
# In quarantine, and owned by another set, as is the Pod stray.
kubectl create -f - <<END
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: other }
spec:
  replicas: 1
  selector: { matchLabels: { set: other } }
  template:
    metadata: { labels: { app: quarantine, set: other } }
    spec:
      containers: [{ name: hello, image: "learn/hello:1.0" }]
END
sleep 5
# open: orphan
kubectl run stray --image=learn/hello:1.1 --labels=set=other
sleep 5
# open: adopted
# Two, four, or three that aren't ready.
kubectl scale replicaset web --replicas=0
kubectl set image replicaset/web hello=learn/hello:1.1
sleep 10
kubectl scale replicaset web --replicas=2
sleep 10
# open: new-version
kubectl scale replicaset web --replicas=4
sleep 10
# open: new-version
kubectl scale replicaset web --replicas=3
sleep 10
# done: new-version
# Those who come back run the old version, or never get ready.
kubectl set image replicaset/web hello=learn/hello:1.0
# open: keeps
kubectl patch replicaset web -p '{"spec":{"template":{"spec":{"containers":[{"name":"hello","image":"learn/hello:1.1","readinessProbe":{"httpGet":{"path":"/nowhere","port":8080}}}]}}}}'
# open: keeps
kubectl delete pods -l app=web
sleep 5
# open: new-version
# Three of the new version, but another set's.
kubectl scale replicaset web --replicas=0
kubectl create -f - <<END
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web-new }
spec:
  replicas: 3
  selector: { matchLabels: { set: new } }
  template:
    metadata: { labels: { app: web, set: new } }
    spec:
      containers: [{ name: hello, image: "learn/hello:1.1" }]
END
sleep 10
# open: new-version
