package dev.millrace.processing;

import dev.millrace.document.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON object that ends with the SHA-256 of all that is before: names, values and their order; blanks between them do not count. It
 * shows that a file was edited or cut, and is no signature: who wants to deceive computes it anew.
 */
@API(status = API.Status.INTERNAL)
public final class SealedJson {
    /** The name of the checksum. */
    public static final String SEAL = "seal";

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final MessageDigest sha256 = Sha256.digest();
    private final Map<?, ?> top;
    private final String seal;

    private SealedJson(byte[] content) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), content)) {
            Map<?, ?> first = json.nextToken() == JsonToken.START_OBJECT ? object(json, true) : Map.of();
            top = json.nextToken() == null ? first : Map.of();
        }
        seal = HexFormat.of().formatHex(sha256.digest());
    }

    /** @throws JacksonException when it is no JSON */
    public static SealedJson read(byte[] content) {
        return new SealedJson(content);
    }

    /** As maps, lists, texts, whole numbers ({@link Long}) and null for all else; empty where the content is no object. */
    public Map<?, ?> top() {
        return top;
    }

    /** The checksum that its content has. */
    public String seal() {
        return seal;
    }

    /** Whether the checksum that it names is the one that it has. */
    public boolean isWhole() {
        return seal.equals(top.get(SEAL));
    }

    /** @throws IllegalArgumentException when the object has no such value of that type */
    public static <T> T value(Map<?, ?> object, String key, Class<T> type) {
        return checked(object.get(key), key, type);
    }

    /** @throws IllegalArgumentException when the value is not of that type */
    public static <T> T checked(@Nullable Object value, String key, Class<T> type) {
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(key);
        }
        return type.cast(value);
    }

    /** @throws IllegalArgumentException when the object has no such number, or one below 0 */
    public static long count(Map<?, ?> object, String key) {
        long count = value(object, key, Long.class);
        if (count < 0) {
            throw new IllegalArgumentException(key);
        }
        return count;
    }

    private Map<String, @Nullable Object> object(JsonParser json, boolean isTop) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        add("{", "");
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            json.nextToken();
            if (isTop && name.equals(SEAL)) {
                object.put(name, json.getString());
                json.skipChildren();
                continue;
            }
            add("name", name);
            object.put(name, value(json));
        }
        add("}", "");
        return object;
    }

    private @Nullable Object value(JsonParser json) {
        JsonToken token = json.currentToken();
        if (token == JsonToken.START_OBJECT) {
            return object(json, false);
        }
        if (token == JsonToken.START_ARRAY) {
            List<@Nullable Object> list = new ArrayList<>();
            add("[", "");
            while (json.nextToken() != JsonToken.END_ARRAY) {
                list.add(value(json));
            }
            add("]", "");
            return list;
        }
        String text = json.getString();
        add(token.name(), text);
        if (token == JsonToken.VALUE_NUMBER_INT && text.length() <= 18) {
            return Long.valueOf(text);
        }
        return token == JsonToken.VALUE_STRING ? text : null;
    }

    /** No text can be taken for the end of another, as its length is before it. */
    private void add(String kind, String text) {
        sha256.update((kind + ' ' + text.length() + ' ' + text).getBytes(StandardCharsets.UTF_8));
    }
}
