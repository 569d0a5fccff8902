# shellcheck shell=bash
# Tests/Rig/legs, and how each leg went by the guests' consoles. Sourced by Tests/Rig/run.

legs() { sed -e '/^#/d' -e '/^$/d' -e 's/ *| */|/g' "$rig/legs"; }

boot_names() { legs | cut -d'|' -f1 | awk '!seen[$0]++'; }

# Prints the table of boots, or of their legs (<boot>/<leg>,<leg>…); fails where a leg failed. A leg that nothing is
# heard of has failed.
print_table() {
    local boot leg transport counterpart outcome why passed=0 failed=0 left_out=0 arguments=("$@")
    printf '\n%-33s %-57s %s\n' transport counterpart result
    while IFS='|' read -r boot leg transport counterpart; do
        is_wanted || continue
        IFS='|' read -r outcome why < <(outcome_of "$boot" "$leg")
        case $outcome in
            passed) passed=$((passed + 1)) ;;
            'left out') left_out=$((left_out + 1)) ;;
            *) failed=$((failed + 1)) ;;
        esac
        printf '%-33s %-57s %s\n' "$transport" "$counterpart" "$outcome${why:+: $why}"
    done < <(legs)

    echo "rig: $passed passed, $failed failed, $left_out left out; the consoles are in ${work#"$PWD/"}/*.log"
    [[ $failed == 0 ]]
}

is_wanted() {
    local wanted
    for wanted in "${arguments[@]}"; do
        [[ $wanted != "$boot" && ",${wanted#*/}," != *",$leg,"* ]] || return 0
    done
    return 1
}

# Guests write "@rig|<leg>|<outcome>|<why>".
outcome_of() {
    local line
    line=$(grep -a "^@rig|$2|" "$work/$1.log" | tail -n 1 || true)
    echo "${line:+${line#"@rig|$2|"}}${line:-failed|the guest ended before it}" | sed 's/@rig|.*//'
}
