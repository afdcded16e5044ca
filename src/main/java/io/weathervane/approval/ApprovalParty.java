package io.weathervane.approval;

import io.weathervane.audit.Actor;
import java.util.stream.Stream;

/**
 * Person who requests or grants an approval.
 *
 * @param name as it stands in the audit; on stdio the user who starts the process can choose it
 * @param account for which the transport vouches, whatever the name says: the operating system's user, or over HTTP the
 *     name that the token has
 */
public record ApprovalParty(String name, String account) {
    public ApprovalParty {
        name = new Actor(name).name();
        account = new Actor(account).name();
    }

    Actor actor() {
        return new Actor(name);
    }

    /** One name or account in common is enough, whichever transport each came through. */
    boolean isSame(ApprovalParty other) {
        return Stream.of(name, account).anyMatch(own -> alike(own, other.name) || alike(own, other.account));
    }

    boolean hasNameOf(ApprovalParty other) {
        return alike(name, other.name);
    }

    /** The name, and the account behind it when that is another. */
    public String described() {
        return alike(name, account) ? name : name + " (account " + account + ")";
    }

    private static boolean alike(String one, String other) {
        return one.strip().equalsIgnoreCase(other.strip());
    }
}
