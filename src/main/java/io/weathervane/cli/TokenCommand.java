package io.weathervane.cli;

import io.weathervane.auth.TokenFileException;
import io.weathervane.auth.TokenHashFileStore;
import io.weathervane.tool.CallerRole;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Makes, lists and revokes the tokens by which callers of the HTTP server prove who they are. */
@Command(
        name = "token",
        description = "Makes, lists and revokes tokens for the HTTP server; a running one sees it at once.",
        mixinStandardHelpOptions = true)
final class TokenCommand implements Runnable {
    private static final String FILE = "tokens.json";
    private static final Pattern DAYS = Pattern.compile("([1-9]\\d{0,4})d");

    private final Map<String, String> environment;
    private final Clock clock;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    TokenCommand(Map<String, String> environment, Clock clock) {
        this.environment = environment;
        this.clock = clock;
    }

    /** Option that names the file with the hashes. */
    static final class FileOption {
        @Option(
                names = "--file",
                paramLabel = "FILE",
                description = "The token file; default tokens.json in the workspace.")
        private @Nullable Path file;

        @Mixin
        private WorkspaceOption workspaceOption = new WorkspaceOption();
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "token wants a command: create, list or revoke");
    }

    @Command(
            name = "create",
            description = "Makes a token and prints it, this once: the file keeps only a hash of it.",
            customSynopsis = { // the generated one has an option twice that is required and may be given again
                "weathervane token create --name=NAME --role=ROLE[,ROLE...]",
                "                                [--expires=TIME] [--file=FILE] [--workspace=DIR]"
            },
            mixinStandardHelpOptions = true)
    int create(
            @Option(
                            names = "--name",
                            required = true,
                            paramLabel = "NAME",
                            description = "Who holds it; goes into the audit.")
                    String name,
            @Option(
                            names = "--role",
                            required = true,
                            split = ",",
                            paramLabel = "ROLE",
                            description =
                                    "viewer, operator or approver; may be given more than once. None includes another.")
                    List<String> roles,
            @Option(
                            names = "--expires",
                            paramLabel = "TIME",
                            description = "In so long (90d, 12h) or at a time (2026-12-31T23:59:59Z); default never.")
                    @Nullable
                    String expires,
            @Mixin FileOption option) {
        Instant now = clock.instant();
        Set<CallerRole> known =
                roles.stream().map(this::role).collect(Collectors.toCollection(() -> EnumSet.noneOf(CallerRole.class)));
        Optional<Instant> end = Optional.ofNullable(expires).map(text -> time(text, now));
        return with(option, file -> {
            out().println(file.create(name, known, now, end));
            err().println("This token is shown once. A server accepts it when its weathervane.yaml has"
                    + " server.auth.tokens.file: " + file.path());
            return ExitCode.OK;
        });
    }

    @Command(name = "list", description = "Shows whose tokens there are.", mixinStandardHelpOptions = true)
    int list(@Mixin FileOption option) {
        return with(option, file -> {
            file.list()
                    .forEach(token -> out().println(token.name() + "  "
                            + token.roles().stream()
                                    .sorted()
                                    .map(CallerRole::wireName)
                                    .collect(Collectors.joining(","))
                            + "  created " + token.created()
                            + token.expires().map(end -> "  expires " + end).orElse("")));
            return ExitCode.OK;
        });
    }

    @Command(
            name = "revoke",
            description = "Takes a token away: it is refused from the next request on.",
            mixinStandardHelpOptions = true)
    int revoke(
            @Option(names = "--name", required = true, paramLabel = "NAME", description = "Whose token.") String name,
            @Mixin FileOption option) {
        return with(option, file -> {
            file.revoke(name);
            err().println("The token of " + name + " is revoked.");
            return ExitCode.OK;
        });
    }

    private int with(FileOption option, Function<TokenHashFileStore, Integer> action) {
        try {
            Path named = option.file;
            Path path = named != null
                    ? named
                    : option.workspaceOption.locate(environment).root().resolve(FILE);
            return action.apply(new TokenHashFileStore(path));
        } catch (TokenFileException e) {
            throw new CommandFailedException(String.valueOf(e.getMessage()));
        } finally {
            out().flush();
        }
    }

    private CallerRole role(String name) {
        return CallerRole.of(name)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "--role must be viewer, operator or approver, not '" + name + "'"));
    }

    private Instant time(String text, Instant now) {
        try {
            Matcher days = DAYS.matcher(text);
            Instant end = days.matches()
                    ? now.plus(Duration.ofDays(Long.parseLong(days.group(1))))
                    : text.contains("T") ? Instant.parse(text) : now.plus(new DurationConverter().convert(text));
            if (end.isAfter(now)) {
                return end;
            }
        } catch (DateTimeException | TypeConversionException e) {
            throw new ParameterException(spec.commandLine(), badTime(text), e);
        }
        throw new ParameterException(spec.commandLine(), badTime(text));
    }

    private static String badTime(String text) {
        return "--expires must be in the future, written like 90d, 12h or 2026-12-31T23:59:59Z, not '" + text + "'";
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
