package io.weathervane.resource.builtin;

import io.weathervane.incident.EvidenceUri;

/** The addresses of the product's resources: stable names, a client may remember them. */
public final class ResourceUris {
    public static final String FLAGS = "weathervane://flags";
    public static final String FLAG = FLAGS + "/{flag}";
    public static final String FLAG_TRIAL = FLAG + "/{value}";
    public static final String MONITOR = "weathervane://monitor";
    public static final String WORKERS = "weathervane://workers";
    public static final String AUDIT = "weathervane://audit";
    public static final String AUDIT_KIND = AUDIT + "/{kind}";
    public static final String INCIDENTS = EvidenceUri.INCIDENTS;
    public static final String EVIDENCE = EvidenceUri.TEMPLATE;
    public static final String APPROVALS = "weathervane://approvals";
    public static final String RUNBOOK = "weathervane://runbook";

    private static final String SCHEME = "weathervane:";

    private ResourceUris() {}

    /** Whether it is one of ours, there or not. */
    public static boolean isOurs(String uri) {
        return uri.startsWith(SCHEME);
    }

    /** One flag. */
    public static String flag(String key) {
        return FLAGS + "/" + key;
    }

    /** The newest events of one kind. */
    public static String auditKind(String kind) {
        return AUDIT + "/" + kind;
    }
}
