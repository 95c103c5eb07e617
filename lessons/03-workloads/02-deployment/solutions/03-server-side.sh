# Server-side apply, with more labels than needed.
write() {
  cat > mine.yaml <<END
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: $1
  selector: { matchLabels: { app: web, tier: front } }
  template:
    metadata: { labels: { app: web, tier: front } }
    spec:
      containers:
        - name: hello
          image: learn/hello:$2
END
  kubectl apply --server-side -f mine.yaml
  kubectl rollout status deployment/web
}
# goal: labelled
write 2 1.0
# goal: scaled
write 3 1.0
# goal: second-set
write 3 1.1
sleep 15
