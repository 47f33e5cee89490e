package dev.millrace.processing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON object that was written by this package and is read again. What is asked for and not there, or is something else, is an
 * {@link IllegalArgumentException} that names the key. Immutable.
 */
final class JsonObject {

    private static final JsonFactory JSON = JsonFactory.builder().build();

    private final Map<String, @Nullable Object> values;

    private JsonObject(Map<String, @Nullable Object> values) {
        this.values = values;
    }

    /** @throws IllegalArgumentException when the text is no JSON object */
    static JsonObject read(String text) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                JsonObject object = object(json);
                if (json.nextToken() == null) {
                    return object;
                }
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException("no JSON", e);
        }
        throw new IllegalArgumentException("no JSON object");
    }

    private static JsonObject object(JsonParser json) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            json.nextToken();
            values.put(name, value(json));
        }
        return new JsonObject(values);
    }

    private static @Nullable Object value(JsonParser json) {
        return switch (json.currentToken()) {
            case START_OBJECT -> object(json);
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(json));
                }
                yield list;
            }
            case VALUE_STRING -> json.getString();
            case VALUE_NUMBER_INT -> {
                String digits = json.getString();
                // A longer one is no count of ours.
                yield digits.length() <= 18 ? (Object) Long.valueOf(digits) : Double.valueOf(digits);
            }
            case VALUE_NUMBER_FLOAT -> Double.valueOf(json.getString());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private static <T> T checked(@Nullable Object value, String key, Class<T> type) {
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(key);
        }
        return type.cast(value);
    }

    /** Whether there is a value that is not null. */
    boolean has(String key) {
        return values.get(key) != null;
    }

    String text(String key) {
        return checked(values.get(key), key, String.class);
    }

    @Nullable
    String textOrNull(String key) {
        return has(key) ? text(key) : null;
    }

    boolean truth(String key) {
        return checked(values.get(key), key, Boolean.class);
    }

    long count(String key) {
        return checked(values.get(key), key, Long.class);
    }

    OptionalLong countOrNull(String key) {
        return has(key) ? OptionalLong.of(count(key)) : OptionalLong.empty();
    }

    double number(String key) {
        return checked(values.get(key), key, Number.class).doubleValue();
    }

    JsonObject object(String key) {
        return checked(values.get(key), key, JsonObject.class);
    }

    List<JsonObject> objects(String key) {
        return list(key, JsonObject.class);
    }

    List<String> texts(String key) {
        return list(key, String.class);
    }

    List<Number> numbers(String key) {
        return list(key, Number.class);
    }

    private <T> List<T> list(String key, Class<T> type) {
        List<T> list = new ArrayList<>();
        for (Object each : checked(values.get(key), key, List.class)) {
            list.add(checked(each, key, type));
        }
        return list;
    }

    /** An object by its keys, in their order; empty where there is none, as an earlier version did not write it. */
    <T> Map<String, T> map(String key, Function<JsonObject, Function<String, T>> value) {
        Map<String, T> map = new LinkedHashMap<>();
        if (has(key)) {
            JsonObject object = object(key);
            for (String name : object.values.keySet()) {
                map.put(name, value.apply(object).apply(name));
            }
        }
        return map;
    }
}
