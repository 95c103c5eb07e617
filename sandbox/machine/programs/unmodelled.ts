// Programs that the images hold and this machine doesn't model. Each says so, and what to do instead.

import type { Program } from '../sys.ts';

/** What can be done instead, where something can. */
const INSTEAD: Readonly<Record<string, string>> = {
  go: 'choose an image that has your program, or write it for the shell',
  npm: 'node runs scripts that print and wait',
  npx: 'node runs scripts that print and wait',
  pip: 'python runs scripts that print and wait, and python -m http.server',
  perl: 'write it for awk or sed',
  ruby: 'write it for the shell, awk or jq',
  strace: 'read the logs, or /proc',
  gdb: 'read the logs, or /proc',
  tcpdump: 'look at connections with netstat or ss, and at answers with curl -v',
  nmap: 'nc -zv HOST PORT tells whether a port answers',
  socat: 'use nc',
  ab: 'repeat curl, or learn/load',
  fortio: 'repeat curl, or learn/load',
  iperf: 'links have no speed to be measured here',
  iperf3: 'links have no speed to be measured here',
  mtr: 'ping tells whether a machine answers',
  drill: 'use dig',
  conntrack: 'look at connections with netstat or ss, and at rules with iptables -L',
  nft: 'use iptables',
  ipvsadm: 'services are iptables rules here',
  tshark: 'look at connections with netstat or ss, and at answers with curl -v',
  httpie: 'use curl',
  apt: 'choose an image that has what you need',
  'apt-get': 'choose an image that has what you need',
  apk: 'choose an image that has what you need',
  dpkg: 'choose an image that has what you need',
  systemctl: 'look at the node with kubectl',
  journalctl: 'read logs with kubectl logs',
  reboot: 'drain the node and use the time controls',
  poweroff: 'drain the node and use the time controls',
  halt: 'drain the node and use the time controls',
  ftpget: 'use wget or curl',
  ftpput: 'use wget or curl',
  ed: 'use sed',
  nano: 'use vi: i writes, Esc ends that, :wq and Enter save and leave',
  git: 'work with the files themselves',
  helm: 'apply manifests with kubectl',
  mongosh: 'this server answers no driver; postgres and mysql keep tables',
  mongo: 'this server answers no driver; postgres and mysql keep tables',
  promtool: 'kubectl top shows what pods use',
  'zkCli.sh': 'ask by the four-letter words: echo ruok | nc HOST 2181',
  'kafka-topics.sh': 'learn/broker keeps messages over HTTP',
  'kafka-console-producer.sh': 'learn/broker keeps messages over HTTP',
  'kafka-console-consumer.sh': 'learn/broker keeps messages over HTTP',
  xz: 'use gzip',
  bzip2: 'use gzip',
  bunzip2: 'use gunzip',
  unzip: 'use tar',
  zip: 'use tar',
};

/** In the images' own order: what busybox, Debian and the hosts have beyond the programs of `table.ts`. */
export const UNMODELLED: readonly string[] =
  `acpid add-shell addgroup adduser adjtimex apk apt apt-get ar arping ascii b2sum beep blkdiscard blkid blockdev
bootchartd brctl bunzip2 bzcat bzip2 chat chattr chpasswd chpst chrt chvt conspy containerd cpio crictl crontab cryptpw
ctr cttyhack deallocvt delgroup deluser depmod devmem dhcprelay dmesg dnsd dnsdomainname dos2unix dpkg dpkg-deb dumpkmap
dumpleases ed editor eject envdir etcd envuidgid ether-wake fakeidentd fallocate fatattr fbset fbsplash fdflush fdformat fdisk
fgconsole file findfs flock fmt freeramdisk fsck fsck.minix fsfreeze fstrim fsync ftpd ftpget ftpput fuser gdb
getopt getty git halt hd hdparm helm hexedit hostid hush hwclock iconv ifdown ifenslave ifplugd ifup inetd init
inotifyd insmod ionice iostat ipaddr ipcalc ipcrm ipcs iplink ipneigh iproute iprule iptunnel journalctl k9s kbd_mode
killall5 klogd kube-apiserver kube-controller-manager kube-scheduler kustomize last ldd link linux32 linux64 linuxrc loadfont loadkmap login logread losetup lpd lpq lpr
lsattr lsmod lsof lspci lsscsi lsusb lzcat lzma lzop make makedevs makemime man mdev microcom mim mkdosfs mke2fs
mkfs.ext2 mkfs.minix mkfs.vfat mknod mkpasswd mkswap modinfo modprobe mpstat mt nameif nanddump nandwrite
nano nbd-client nmeter nologin nsenter ntpd openvt partprobe passwd patch pathchk perl ping6 pipe_progress
pivot_root pmap popmaildir poweroff powertop pscan pwdx raidautorun rdate rdev readahead readprofile reboot
reformime remove-shell renice resize resume rmmod rpm rpm2cpio rtcwake ruby run-init run-parts runlevel runsv runsvdir rx
script scriptreplay seedrng sendmail setarch setconsole setfattr setfont setkeycodes setlogcons setpriv setserial
setuidgid sha3sum showkey shred slattach smemcap softlimit ssl_client start-stop-daemon strace sulogin sv svc
svlogd svok swapoff swapon switch_root syslogd systemctl taskset tc tcpdump tcpsvd telnetd tftp tftpd traceroute6
tree ts tsort ttysize tunctl udhcpc udhcpc6 udhcpd udpsvd uevent unix2dos unlzma unshare unxz unzip users uudecode
uuencode vconfig vlock volname w wall watchdog who whois xz xzcat zcip zip`.split(/\s+/);

export const unmodelled: Program = function* run(sys) {
  const name = (sys.argv[0] ?? '').replace(/^.*\//, '');
  const instead = Object.hasOwn(INSTEAD, name) ? `: ${INSTEAD[name]}` : '';
  yield* sys.write(2, `${name}: this machine doesn't model it${instead}\n`);
  return 126;
};
