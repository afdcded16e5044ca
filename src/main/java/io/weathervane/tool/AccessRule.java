package io.weathervane.tool;

import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * A rule about the tools that some callers may call.
 *
 * @param callers whom it is about
 * @param allow when not empty, these callers may call nothing else
 * @param deny what they may not call, whatever allows it
 */
public record AccessRule(Callers callers, List<NameGlob> allow, List<NameGlob> deny) {
    /** @throws IllegalArgumentException for a rule that neither allows nor denies anything */
    public AccessRule {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
        if (allow.isEmpty() && deny.isEmpty()) {
            throw new IllegalArgumentException("a rule has allow or deny");
        }
    }

    /**
     * Some callers: those that one of the sets is about.
     *
     * @param roles a caller that has one of them
     * @param principals a caller whose name, as the transport vouches for it, is one of them
     * @param scopes a caller whose token was issued with one of them
     */
    public record Callers(Set<CallerRole> roles, Set<String> principals, Set<String> scopes) {
        /** @throws IllegalArgumentException for a rule about no caller */
        public Callers {
            roles = Set.copyOf(roles);
            principals = Set.copyOf(principals);
            scopes = Set.copyOf(scopes);
            if (roles.isEmpty() && principals.isEmpty() && scopes.isEmpty()) {
                throw new IllegalArgumentException("a rule is about roles, principals or scopes");
            }
        }

        boolean include(Caller caller) {
            return !Collections.disjoint(roles, caller.roles())
                    || principals.contains(caller.account())
                    || !Collections.disjoint(scopes, caller.scopes());
        }
    }

    boolean isAbout(Caller caller) {
        return callers.include(caller);
    }

    boolean denies(String tool) {
        return anyMatches(deny, tool);
    }

    boolean allows(String tool) {
        return anyMatches(allow, tool);
    }

    static boolean anyMatches(List<NameGlob> globs, String tool) {
        return globs.stream().anyMatch(glob -> glob.matches(tool));
    }
}
