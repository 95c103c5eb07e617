# All at once, woken by a watch instead of a clock. The Pods are read as lines, not as JSON.
# goal: filled
kubectl apply -f web.yaml
cat > controller.sh <<'END'
#!/bin/bash
once() {
  local set uid wanted rows have
  set=$(kubectl get podset web -o json 2> /dev/null) || return
  uid=$(jq -r .metadata.uid <<< "$set")
  wanted=$(jq .spec.replicas <<< "$set")
  rows=$(kubectl get pods -l app=web --no-headers -o custom-columns='N:.metadata.name,P:.status.phase,D:.metadata.deletionTimestamp,O:.metadata.ownerReferences[0].uid,R:.status.conditions[?(@.type=="Ready")].status') || return
  rows=$(awk -v uid="$uid" '($2 == "Running" || $2 == "Pending") && $3 == "<none>" && $4 == uid { print ($5 == "True"), $1 }' <<< "$rows" | sort | cut -d' ' -f2)
  have=$(wc -w <<< "$rows")
  while [ "$have" -lt "$wanted" ]; do
    jq --arg uid "$uid" '.spec.template + {apiVersion: "v1", kind: "Pod"} | .metadata += {generateName: "web-",
      ownerReferences: [{apiVersion: "learn.example/v1", kind: "PodSet", name: "web", uid: $uid, controller: true}]}' <<< "$set" | kubectl create -f -
    have=$((have + 1))
  done
  if [ "$have" -gt "$wanted" ]; then kubectl delete pod --wait=false $(head -n $((have - wanted)) <<< "$rows"); fi
}
while true; do
  once
  timeout 3 kubectl get pods -l app=web --watch-only -o name | head -n 1
done
END
bash controller.sh > log 2>&1 &
sleep 40
