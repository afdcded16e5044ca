package io.weathervane.worker;

import io.weathervane.worker.RemoteAuth.OAuthClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Describes in lines what a release runs, for the person who has to approve it. */
final class ReleaseApprovalText {
    private ReleaseApprovalText() {}

    /** @param files the programs and scripts that the command names, each with its hash */
    static List<String> lines(WorkerRelease release, CommandFileHashes files) {
        List<String> lines = new ArrayList<>();
        release.launch().ifPresent(launch -> add(launch, lines));
        release.remote().ifPresent(remote -> add(remote, lines));
        lines.addAll(files.lines());
        return lines;
    }

    private static void add(LaunchSpec launch, List<String> lines) {
        lines.add("command: "
                + launch.command().stream().map(ReleaseApprovalText::word).collect(Collectors.joining(" ")));
        lines.add("folder: " + launch.folder().map(Path::toString).orElse("the server's own"));
        launch.user().ifPresent(user -> lines.add("user: " + user));
        lines.add("environment: "
                + (launch.environment().isEmpty()
                        ? "nothing is set"
                        : String.join(", ", new TreeSet<>(launch.environment().keySet())) + " (values are not shown)"));
        InheritedEnvironment inheritance = launch.inheritance();
        String names = String.join(", ", inheritance.sorted());
        if (inheritance.everything()) {
            lines.add("inherits: all of the server's variables but WVO_*" + (names.isEmpty() ? "" : ", " + names));
        } else if (!names.isEmpty()) {
            lines.add("inherits: " + names);
        }
    }

    private static void add(RemoteSpec remote, List<String> lines) {
        remote.urls().forEach(url -> lines.add("url: " + url));
        remote.dryRunUrl().ifPresent(url -> lines.add("dryRunUrl: " + url));
        add(remote.access(), lines);
    }

    /** Where secrets are; the secrets themselves are not known here. */
    private static void add(RemoteAccessSpec access, List<String> lines) {
        access.headers().forEach((name, value) -> lines.add("header " + name + ": " + value.text()));
        access.auth()
                .ifPresent(auth -> lines.add(
                        auth instanceof OAuthClient client
                                ? oauth(client)
                                : "auth: bearer token in " + auth.secret().inWords()));
        access.tls().ca().ifPresent(ca -> lines.add("tls ca: " + ca));
        access.tls()
                .client()
                .ifPresent(client -> lines.add("tls certificate: " + client.certificate() + ", key: " + client.key()));
    }

    private static String oauth(OAuthClient client) {
        return "auth: OAuth client " + client.clientId() + " at " + client.tokenUrl() + ", secret in "
                + client.secret().inWords()
                + client.scope().map(scope -> ", scope " + scope).orElse("")
                + client.resource().map(resource -> ", resource " + resource).orElse("");
    }

    /** As a shell would need it written. */
    private static String word(String word) {
        return word.isEmpty() || word.chars().anyMatch(c -> c <= ' ' || c == '"' || c == '\'' || c == '\\')
                ? "'" + word.replace("'", "'\\''") + "'"
                : word;
    }
}
