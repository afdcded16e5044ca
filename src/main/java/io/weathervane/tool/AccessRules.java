package io.weathervane.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Rules about the tools that a caller may call, beside its roles. A caller that no rule is about may call what its
 * roles allow. Else a tool must not be denied by any rule about the caller, and where some of these allow something, one
 * of them must allow the tool. The owner of the workspace at its socket, who can change the rules, is not held by them.
 *
 * @param everywhere for the tools of all workers and our own
 * @param ofServices by the names of services: for the tools of a service's workers; what they deny is denied of our own
 *     tools, too, in calls for that service. Those of an only service, which calls need not name, are there for an empty name,
 *     too
 */
public record AccessRules(List<AccessRule> everywhere, Map<String, List<AccessRule>> ofServices) {
    private static final AccessRules NONE = new AccessRules(List.of(), Map.of());

    public AccessRules {
        everywhere = List.copyOf(everywhere);
        ofServices = Map.copyOf(ofServices);
    }

    public static AccessRules none() {
        return NONE;
    }

    /** Whether there is no rule at all. */
    public boolean isEmpty() {
        return everywhere.isEmpty() && ofServices.isEmpty();
    }

    /** All rules about this caller: callers with the same ones, roles and offer see the same tools. */
    public List<AccessRule> about(Caller caller) {
        if (isEmpty() || caller.ownsWorkspace()) {
            return List.of();
        }
        return Stream.concat(everywhere.stream(), ofServices.values().stream().flatMap(List::stream))
                .filter(rule -> rule.isAbout(caller))
                .distinct()
                .toList();
    }

    /** Whether the tool is there for this caller. */
    boolean lets(Caller caller, ToolDefinition tool) {
        if (isEmpty() || caller.ownsWorkspace()) {
            return true;
        }
        List<AccessRule> rules = new ArrayList<>(everywhere);
        if (!tool.service().isEmpty()) {
            rules.addAll(of(tool.service()));
        }
        return lets(rules, caller, tool.name());
    }

    /**
     * The same for a call of one of our own tools.
     *
     * @param service which it is for, as the call says; empty where it says none
     */
    boolean lets(Caller caller, String own, String service) {
        if (isEmpty() || caller.ownsWorkspace()) {
            return true;
        }
        boolean deniedThere = of(service).stream().anyMatch(rule -> rule.isAbout(caller) && rule.denies(own));
        return !deniedThere && lets(everywhere, caller, own);
    }

    private List<AccessRule> of(String service) {
        return ofServices.getOrDefault(service, List.of());
    }

    private static boolean lets(List<AccessRule> rules, Caller caller, String tool) {
        List<AccessRule> ours =
                rules.stream().filter(rule -> rule.isAbout(caller)).toList();
        boolean restricted = ours.stream().anyMatch(rule -> !rule.allow().isEmpty());
        return ours.stream().noneMatch(rule -> rule.denies(tool))
                && (!restricted || ours.stream().anyMatch(rule -> rule.allows(tool)));
    }
}
