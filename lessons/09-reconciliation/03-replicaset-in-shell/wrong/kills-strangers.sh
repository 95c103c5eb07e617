# diagnosis: none
# It counts its own Pods rightly, and deletes all others.
cat > mine.awk <<'END'
/TODO 1/ { print "if [ \"$have\" -lt \"$wanted\" ]; then make_pod; fi"; next }
/TODO 2/ { print "| .metadata.ownerReferences = [{apiVersion: \"learn.example/v1\", kind: \"PodSet\", name: \"web\", uid: $uid, controller: true}]"; next }
/TODO 3/ { print ".metadata.deletionTimestamp == null and (any(.metadata.ownerReferences[]?; .uid == $uid) | if $strange == \"\" then . else not end)"; next }
/TODO 4/ { print "strange=yes; for pod in $(pods_that_count); do kubectl delete pod --wait=false $pod; done; strange="; next }
{ sub(/--arg uid "\$uid"/, "& --arg strange \"$strange\""); sub(/^  jq '/, "  jq --arg uid \"$uid\" '"); print }
END
awk -f mine.awk controller.sh > mine.sh
kubectl apply -f web.yaml
bash mine.sh > log 2>&1 &
sleep 30
# done: owned
# open: only-mine
# One is Terminating for ever, and was replaced.
pod=$(kubectl get pods -l app=web -o name | head -n 1)
kubectl patch $pod -p '{"metadata":{"finalizers":["learn.example/wait"]}}'
kubectl delete --wait=false $pod
sleep 20
