# diagnosis: none
kubectl apply -f web.yaml
cat > mine.sh <<'END'
while true; do
  set=$(kubectl get podset web -o json)
  uid=$(jq -r .metadata.uid <<< "$set")
  wanted=$(jq .spec.replicas <<< "$set")
  pods=$(kubectl get pods -l app=web -o name)
  have=$(wc -w <<< "$pods")
  if [ "$have" -lt "$wanted" ]; then
    jq --arg uid "$uid" '.spec.template + {apiVersion: "v1", kind: "Pod"} | .metadata += {generateName: "web-",
      ownerReferences: [{apiVersion: "learn.example/v1", kind: "PodSet", name: "web", uid: $uid, controller: true}]}' <<< "$set" | kubectl create -f -
  elif [ "$have" -gt "$wanted" ]; then
    kubectl delete --wait=false $(tail -n $((have - wanted)) <<< "$pods")
  fi
  sleep 2
done
END
bash mine.sh > log 2>&1 &
sleep 30
# done: owned
# open: only-mine
