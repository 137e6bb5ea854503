// Reads a log from standard input and writes a summary, path by path.

#include <algorithm>
#include <array>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace {

constexpr std::uint64_t longest = 4000000000;
constexpr std::size_t fields = 5;

struct Path {
    std::vector<std::uint32_t> times;
    std::size_t failures = 0;
};

struct Options {
    std::string since;
    std::size_t top = SIZE_MAX;
};

// The number that digits are; nothing where there is anything else, or more of them.
std::optional<std::uint64_t> number(std::string_view digits, std::size_t most) {
    if (digits.empty() || digits.size() > most) return std::nullopt;
    std::uint64_t value = 0;
    for (char digit : digits) {
        if (digit < '0' || digit > '9') return std::nullopt;
        value = 10 * value + static_cast<std::uint64_t>(digit - '0');
    }
    return value;
}

bool is_time(std::string_view text) {
    if (text.size() != 8 || text[2] != ':' || text[5] != ':') return false;
    auto hours = number(text.substr(0, 2), 2), minutes = number(text.substr(3, 2), 2), seconds = number(text.substr(6), 2);
    return hours && minutes && seconds && *hours < 24 && *minutes < 60 && *seconds < 60;
}

// The five fields of a line; nothing where there are more, fewer or empty ones.
std::optional<std::array<std::string_view, fields>> split(std::string_view line) {
    std::array<std::string_view, fields> found;
    for (std::size_t at = 0; at < fields; ++at) {
        std::size_t end = line.find(' ');
        if ((end == line.npos) != (at == fields - 1)) return std::nullopt;
        found[at] = line.substr(0, end);
        if (found[at].empty()) return std::nullopt;
        line.remove_prefix(end == line.npos ? line.size() : end + 1);
    }
    return found;
}

class Summary {
public:
    explicit Summary(std::string since) : since_(std::move(since)) {}

    bool read(std::string_view line) {
        auto parts = split(line);
        if (!parts) return ++bad_, false;
        auto [time, method, name, status, taken] = *parts;
        auto code = number(status, 3), milliseconds = number(taken, 10);
        if (!is_time(time) || status.size() != 3 || !code || *code < 100 || !milliseconds || *milliseconds > longest) {
            return ++bad_, false;
        }
        if (time < since_) return true;
        Path& path = paths_[std::string(name)];
        path.times.push_back(static_cast<std::uint32_t>(*milliseconds));
        path.failures += *code >= 500;
        return true;
    }

    void write(std::ostream& out, std::size_t top) {
        std::vector<std::pair<const std::string, Path>*> order;
        for (auto& entry : paths_) order.push_back(&entry);
        std::sort(order.begin(), order.end(), [](const auto* one, const auto* other) {
            if (one->second.times.size() != other->second.times.size()) {
                return one->second.times.size() > other->second.times.size();
            }
            return one->first < other->first;
        });
        order.resize(std::min(order.size(), top));
        for (auto* entry : order) {
            auto& times = entry->second.times;
            std::sort(times.begin(), times.end());
            out << entry->first << ' ' << times.size() << ' ' << entry->second.failures << ' '
                << times[(times.size() - 1) / 2] << ' ' << times.back() << '\n';
        }
        out << "bad " << bad_ << '\n';
    }

private:
    std::string since_;
    std::unordered_map<std::string, Path> paths_;
    std::size_t bad_ = 0;
};

std::optional<Options> understood(int count, char** words) {
    Options options;
    for (int at = 1; at < count; at += 2) {
        std::string option = words[at];
        if (at + 1 == count) return std::nullopt;
        std::string value = words[at + 1];
        if (option == "--since" && is_time(value)) {
            options.since = value;
        } else if (auto top = number(value, 9); option == "--top" && top) {
            options.top = *top;
        } else {
            return std::nullopt;
        }
    }
    return options;
}

}  // namespace

int main(int argc, char** argv) {
    auto options = understood(argc, argv);
    if (!options) {
        std::cerr << "usage: summary [--since HH:MM:SS] [--top N]\n";
        return 2;
    }
    std::ios::sync_with_stdio(false);
    Summary summary(options->since);
    for (std::string line; std::getline(std::cin, line);) if (!summary.read(line)) break;
    summary.write(std::cout, options->top);
}
