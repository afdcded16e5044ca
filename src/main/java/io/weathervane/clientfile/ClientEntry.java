package io.weathervane.clientfile;

import io.weathervane.util.Redactor;
import io.weathervane.util.SafeText;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One server of a client's file: a command to start, or a URL. */
public final class ClientEntry {
    private static final int NAME_SHOWN_MAX = 60;
    private static final String ENV = "env";
    private static final String ARGS = "args";
    private static final String HEADERS = "headers";

    /** Programs that are this one; the words may have a path before them. */
    private static final Pattern THIS_PROGRAM = Pattern.compile("weathervane(-mcp)?([-.@].*)?");

    private static final Pattern INPUT = Pattern.compile("\\$\\{input:([^{}]{1,1000})}");
    private static final Pattern REFERABLE = Pattern.compile("[^{}$\\p{Cntrl}]{1,1000}");

    private final ClientFile file;
    private final String name;
    private final ObjectNode json;
    private final ClientVariables variables;

    /**
     * A value that goes to the server.
     *
     * @param text itself, when it may be stored and shown; else {@code FILE#server.env.KEY}
     */
    public record Value(String text, boolean isReference) {}

    ClientEntry(ClientFile file, String name, ObjectNode json, Function<String, Optional<String>> environment) {
        this.file = file;
        this.name = name;
        this.json = json;
        Set<String> own = new LinkedHashSet<>();
        json.path(ENV).properties().forEach(variable -> own.add(variable.getKey()));
        this.variables = new ClientVariables(file, environment, own);
    }

    static String shown(String name) {
        return SafeText.line(Redactor.clean(name), NAME_SHOWN_MAX);
    }

    public String name() {
        return name;
    }

    /** For a sentence: the file and the server. */
    public String where() {
        return file.path() + "#" + shown(name);
    }

    public boolean isDisabled() {
        return json.path("disabled").asBoolean(false) || !json.path("enabled").asBoolean(true);
    }

    /** Whether it starts this program, or reaches it on this machine. */
    public boolean isThisProgram() {
        List<String> words = new ArrayList<>(List.of(json.path("command").asString("")));
        json.path(ARGS).forEach(word -> words.add(word.asString("")));
        boolean serves = words.contains("run") || words.contains("serve");
        boolean named = words.stream()
                .map(word -> word.substring(Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\')) + 1))
                .anyMatch(word -> THIS_PROGRAM.matcher(word).matches());
        return (serves && named) || (name.contains("weathervane") && isOnThisMachine());
    }

    private boolean isOnThisMachine() {
        return json.path("url").asString("").matches("https?://(127\\.0\\.0\\.1|localhost|\\[::1])(:\\d+)?/mcp/?");
    }

    /** Whether it speaks the transport before Streamable HTTP, of 2024. */
    public boolean isOldSse() {
        return json.path("type").asString("").equals("sse");
    }

    public boolean isRemote() {
        return !json.path("url").isMissingNode();
    }

    public String url() {
        return plain("url");
    }

    /** The program and its arguments. */
    public List<Value> command() {
        String program = plain("command");
        if (program.isBlank()) {
            throw new ClientFileException(where() + " has neither a command nor a url");
        }
        List<Value> words = new ArrayList<>(List.of(new Value(program, false)));
        JsonNode args = json.path(ARGS);
        if (!args.isMissingNode() && !args.isArray()) {
            throw new ClientFileException(where() + ": args must be a list of texts");
        }
        String before = "";
        for (int at = 0; at < args.size(); at++) {
            String raw = raw(ARGS + "." + at, args.get(at));
            ClientVariables.Filled filled = fill(ARGS + "." + at, raw);
            boolean secret =
                    filled.secret() || !Redactor.cleanArgument("", before, raw).equals(raw);
            words.add(secret ? reference(ARGS + "." + at) : new Value(filled.text(), false));
            before = raw;
        }
        return words;
    }

    /** The variables of the program; where to look for programs is no secret. */
    public Map<String, Value> environment() {
        Map<String, Value> all = new LinkedHashMap<>();
        if (!json.path("envFile").isMissingNode()) {
            DotEnvFile.read(where(), Path.of(plain("envFile")))
                    .keySet()
                    .forEach(key -> all.put(key, reference("envFile." + key)));
        }
        texts(ENV).forEach((key, raw) -> {
            ClientVariables.Filled filled = fill(ENV + "." + key, raw);
            all.put(key, key.equals("PATH") ? new Value(filled.text(), false) : reference(ENV + "." + key));
        });
        return all;
    }

    public Map<String, Value> headers() {
        Map<String, Value> all = new LinkedHashMap<>();
        texts(HEADERS).forEach((key, raw) -> {
            ClientVariables.Filled ignored = fill(HEADERS + "." + key, raw);
            all.put(key, ignored.secret() || !raw.isEmpty() ? reference(HEADERS + "." + key) : new Value("", false));
        });
        return all;
    }

    /** Where the program runs, when the entry says so. */
    public Optional<Path> folder() {
        if (json.path("cwd").isMissingNode() || json.path("cwd").isNull()) {
            return Optional.empty();
        }
        try {
            return Optional.of(variables.projectFolder().resolve(plain("cwd")).normalize());
        } catch (InvalidPathException e) {
            throw new ClientFileException(where() + ": cwd is not a path", e);
        }
    }

    /** The inputs that the entry refers to. */
    public Set<String> inputs() {
        Set<String> ids = new LinkedHashSet<>();
        Matcher matcher = INPUT.matcher(json.toString());
        while (matcher.find()) {
            ids.add(matcher.group(1));
        }
        return ids;
    }

    /** The value itself of what a reference names, such as {@code env.KEY}; empty when it is not there any more. */
    Optional<String> value(String field) {
        if (field.startsWith("envFile.")) {
            Map<String, String> all = DotEnvFile.read(where(), Path.of(plain("envFile")));
            return Optional.ofNullable(all.get(field.substring("envFile.".length())));
        }
        int dot = field.indexOf('.');
        JsonNode parent = json.path(dot < 0 ? field : field.substring(0, dot));
        String key = field.substring(dot + 1);
        JsonNode value =
                parent.isArray() && key.matches("\\d{1,6}") ? parent.path(Integer.parseInt(key)) : parent.path(key);
        return value.isValueNode() ? Optional.of(fill(field, value.asString("")).text()) : Optional.empty();
    }

    private String plain(String key) {
        JsonNode value = json.path(key);
        return value.isMissingNode() || value.isNull()
                ? ""
                : fill(key, raw(key, value)).text();
    }

    private Map<String, String> texts(String key) {
        Map<String, String> texts = new LinkedHashMap<>();
        JsonNode object = json.path(key);
        if (!object.isMissingNode() && !object.isNull() && !object.isObject()) {
            throw new ClientFileException(where() + ": " + key + " must be an object of texts");
        }
        object.properties().stream()
                .filter(entry -> !entry.getValue().isNull())
                .forEach(entry -> texts.put(entry.getKey(), raw(key + "." + shown(entry.getKey()), entry.getValue())));
        return texts;
    }

    private String raw(String field, JsonNode value) {
        if (!value.isValueNode() || value.isNull()) {
            throw new ClientFileException(where() + "." + field + " must be a text");
        }
        return value.asString("");
    }

    private ClientVariables.Filled fill(String field, String raw) {
        return variables.fill(where() + "." + field, raw);
    }

    private Value reference(String field) {
        String text = file.path() + "#" + name + "." + field;
        if (!REFERABLE.matcher(text).matches()) {
            throw new ClientFileException(where() + ": the path of the file, the name of the server and " + ENV + "."
                    + " NAME must have none of { } $, and together at most 1000 characters");
        }
        return new Value(text, true);
    }
}
