package io.weathervane.worker;

import io.weathervane.util.OsUser;
import io.weathervane.util.PasswdEntry;
import io.weathervane.util.Sha256;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Identifies what a release runs, so that an approval holds for that and for nothing else that has the same label.
 *
 * @param sha256 of everything in the release's definition (command, arguments, environment, folder, …), of the values that
 *     the variables of {@code inheritEnvironment} have now, and of the {@code files}
 * @param lines the same for a person to read; of the environment only the names
 * @param files the programs and scripts that the command names
 */
public record ReleaseFingerprint(String sha256, List<String> lines, CommandFileHashes files) {
    public ReleaseFingerprint {
        lines = List.copyOf(lines);
    }

    /** Of the definition, and of the programs and scripts that the command names as they are on disk now. */
    public static ReleaseFingerprint of(WorkerRelease release) {
        return of(release, System.getenv());
    }

    /** @param server the server's own environment, of which the release may inherit some */
    static ReleaseFingerprint of(WorkerRelease release, Map<String, String> server) {
        CommandFileHashes files = release.launch()
                .map(launch -> CommandFileFinder.ofCommand(launch.command(), launch.folder(), variables(release)))
                .orElseGet(CommandFileHashes::none);
        return of(release, files, server);
    }

    /** Values of {@code ~} and PATH for the release, where they differ from the server's. */
    private static Map<String, String> variables(WorkerRelease release) {
        Map<String, String> variables = new HashMap<>();
        release.user()
                .filter(user -> !user.equals(OsUser.name()))
                .flatMap(PasswdEntry::find)
                .ifPresent(account -> variables.put("HOME", account.home()));
        variables.putAll(release.environment());
        return variables;
    }

    /** Of the definition alone: a build may still write the files that it names. */
    public static ReleaseFingerprint ofDefinition(WorkerRelease release) {
        return of(release, CommandFileHashes.none(), System.getenv());
    }

    private static ReleaseFingerprint of(WorkerRelease release, CommandFileHashes files, Map<String, String> server) {
        return new ReleaseFingerprint(
                Sha256.of(ReleaseDefinitionCodec.write(release) + "\n" + files
                        + inherited(release.inheritance(), server)),
                ReleaseApprovalText.lines(release, files),
                files);
    }

    /** A variable such as {@code NODE_OPTIONS} decides what runs as much as an argument does. */
    private static String inherited(InheritedEnvironment inheritance, Map<String, String> server) {
        if (inheritance.everything()) {
            return "";
        }
        StringBuilder values = new StringBuilder();
        for (String name : inheritance.sorted()) {
            String value = server.get(name);
            values.append('\n').append(name).append(value == null ? "" : "=" + Sha256.of(value));
        }
        return values.toString();
    }
}
