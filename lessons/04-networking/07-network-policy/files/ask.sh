# Who reaches whom?
ask() {
  if kubectl exec -n $1 $2 -- wget -q -O /dev/null -T 2 http://$3 2> /dev/null; then answer=yes; else answer=no; fi
  echo "$1/$2 -> $3: $answer"
}
for who in "front web" "front other" "ops debug" "ops other"; do ask $who api.back; done
ask front web public.world
