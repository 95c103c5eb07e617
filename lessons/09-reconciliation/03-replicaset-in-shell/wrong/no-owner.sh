# diagnosis: no-owner
kubectl apply -f web.yaml
cat > make.awk <<'END'
/TODO 1/ { print "  if [ \"$have\" -lt \"$wanted\" ]; then make_pod; fi"; next }
/TODO 4/ { print "  if [ \"$have\" -gt \"$wanted\" ]; then kubectl delete pod --wait=false $(head -n $((have - wanted)) <<< \"$pods\"); fi"; next }
{ print }
END
awk -f make.awk controller.sh > mine.sh
bash mine.sh > log 2>&1 &
sleep 20
# open: only-mine
( while true; do kubectl delete --wait=false "$(kubectl get pods -l app=web -o name | head -n 1)"; sleep 18; done ) > deletions 2>&1 &
sleep 1
