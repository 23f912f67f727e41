# Completion of wts for bash. Made by "wts help --bash".
_wts() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} options=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ] || { [ "$COMP_CWORD" -eq 2 ] && [ "$before" = help ]; }; then
    mapfile -t COMPREPLY < <(compgen -W 'sessions processes find info kill message logoff disconnect shutdown events check credential user-config version help' -- "$word")
    return
  fi
  if [ "$before" = --servers-file ] || [ "$before" = --log ]; then
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
    return
  fi
  case ${COMP_WORDS[1]} in
    sessions) options='--help --server --servers-file --parallel --json --retry --all --csv --no-header' ;;
    processes) options='--help --server --servers-file --parallel --json --session --user --retry --csv --no-header' ;;
    find) options='--help --server --servers-file --parallel --json --retry --csv --no-header' ;;
    info) options='--help --server --servers-file --parallel --json --retry --csv --no-header' ;;
    kill) options='--help --server --servers-file --parallel --json --exit-code --session --wait --user --tree --dry-run --yes --retry --log --csv --no-header' ;;
    message) options='--help --server --servers-file --parallel --json --title --style --timeout --no-wait --retry --log --csv --no-header' ;;
    logoff) options='--help --server --servers-file --parallel --json --wait --disconnected --dry-run --yes --retry --log --csv --no-header' ;;
    disconnect) options='--help --server --servers-file --parallel --json --wait --dry-run --yes --retry --log --csv --no-header' ;;
    shutdown) options='--help --server --servers-file --parallel --json --dry-run --yes --reboot --power-off --logoff --retry --log --csv --no-header' ;;
    events) options='--help --server --servers-file --parallel --json --count' ;;
    check) options='--help --json --session' ;;
    credential) options='--help --user --save --force' ;;
    user-config) options='--help --server --servers-file --parallel --json --retry --log --set --csv --no-header' ;;
    version) options='--help' ;;
  esac
  if [ "$COMP_CWORD" -eq 2 ] && [ "${COMP_WORDS[1]}" = credential ]; then
    options="add list remove $options"
  fi
  mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
}
complete -F _wts wts
