"""Requests to an assistant in English."""

import random

SLOTS = {
    "hour": (
        "six", "seven", "half past six", "7 am", "five thirty", "8", "9:15", "quarter to nine", "noon", "6:45 am",
        "ten", "half past ten", "11 pm", "midnight", "twenty past four",
    ),
    "day": (
        "today", "tomorrow", "on Monday", "this weekend", "on Friday", "tonight", "next Sunday",
        "on Thursday morning",
    ),
    "span": (
        "five minutes", "ten minutes", "an hour", "20 minutes", "forty seconds", "half an hour", "3 minutes",
        "two hours", "15 minutes", "ninety seconds",
    ),
    "dish": ("pasta", "eggs", "rice", "tea", "pizza", "cake", "potatoes", "laundry", "bread", "soup"),
    "chore": (
        "water the plants", "call the dentist", "buy milk", "feed the cat", "pay the rent", "take my pills",
        "turn off the oven", "set an alarm", "send the report", "check the weather", "play with the kids",
        "read the news", "cancel the gym", "pick up the parcel", "translate the letter",
    ),
    "person": (
        "mum", "Ben", "Anna", "dad", "Mrs Lee", "my boss", "Tom", "Sarah", "grandma", "Dr Khan", "Julia", "my sister",
        "Paul", "the landlord", "Mei",
    ),
    "content": (
        "I'm running late", "happy birthday", "see you at {hour}", "dinner is ready", "call me back",
        "the alarm is set for {hour}", "turn off the light in the {room}", "play some {genre}", "where are you",
        "what's the weather like in {city}", "I set a timer", "the train to {city} is late", "good night",
        "please cancel the alarm", "we need {item}",
    ),
    "room": (
        "kitchen", "bedroom", "living room", "hall", "bathroom", "garage", "study", "garden", "nursery", "attic",
    ),
    "lamp": (
        "light", "lights", "lamp", "light in the {room}", "{room} lights", "{room} lamp", "lights in the {room}",
    ),
    "genre": (
        "jazz", "rock", "classical music", "pop", "techno", "country", "blues", "hip hop", "folk songs", "opera",
    ),
    "artist": (
        "the Beatles", "Mozart", "Adele", "Miles Davis", "Queen", "Bach", "Taylor Swift", "Nina Simone", "Abba",
        "Coldplay",
    ),
    "song": (
        "Yesterday", "Good Morning", "Turn the Page", "Bad Weather", "Stop Me Now", "Message in a Bottle",
        "Let It Be", "Five Minutes", "Set Fire to the Rain", "Lights On",
    ),
    "city": (
        "London", "Paris", "Beijing", "Berlin", "Rome", "New York", "Tokyo", "Madrid", "Shanghai", "Oslo", "Cairo",
        "Sydney", "Toronto", "Lima", "Vienna",
    ),
    "place": (
        "the airport", "the station", "work", "the nearest chemist", "{city}", "the museum", "{person}'s place",
        "the hospital", "12 Park Road", "the market", "the swimming pool", "the old town",
    ),
    "tongue": (
        "French", "Chinese", "German", "Spanish", "Japanese", "Italian", "Russian", "Arabic", "Dutch", "Korean",
    ),
    "phrase": (
        "good morning", "thank you", "where is {place}", "turn on the light", "set the alarm", "I would like {item}",
        "what time is it", "stop the music", "tell me a joke", "how is the weather", "see you tomorrow",
        "call {person}",
    ),
    "topic": (
        "sport", "the election", "football", "the economy", "science", "technology", "{city}", "music", "the weather",
        "films",
    ),
    "about": (
        "cats", "lawyers", "school", "trains", "doctors", "the weather", "lamps", "music", "dogs", "alarm clocks",
    ),
    "item": (
        "milk", "bread", "eggs", "two lemons", "coffee", "light bulbs", "batteries", "apples", "cheese",
        "an alarm clock",
    ),
}  # fmt: skip

REQUESTS = {
    "set_alarm": (
        "set (an|my) alarm for {hour} (|{day})", "wake me (up|) at {hour} (|{day})",
        "I need an alarm at {hour} {day}", "(can|could) you wake me {day} at {hour}", "make sure I'm up by {hour}",
        "don't cancel anything, set an alarm for {hour}", "alarm {hour} {day}", "I have to get up at {hour} {day}",
        "set the alarm, not the timer, for {hour}",
    ),
    "cancel_alarm": (
        "cancel (my|the) alarm (for {hour}|{day}|)", "turn off (my|the) {hour} alarm",
        "delete the alarm I set for {hour}", "I don't need the alarm {day}", "no alarm {day}",
        "remove the alarm at {hour}", "don't wake me up {day}", "don't set an alarm for {hour}, cancel it",
        "forget the {hour} alarm",
    ),
    "set_timer": (
        "set a timer for {span}", "(start|begin) a {dish} timer for {span}", "timer {span}", "count down {span}",
        "tell me when {span} are over", "let me know in {span} that the {dish} is done",
        "give me {span} for the {dish}",
    ),
    "cancel_timer": (
        "stop the (timer|{dish} timer)", "cancel the timer (I set for {span}|for the {dish}|)", "turn off the timer",
        "I don't need the {dish} timer any more", "delete the {span} timer", "no more timer for the {dish}",
    ),
    "set_reminder": (
        "remind me to {chore} (at {hour}|{day}|)", "don't let me forget to {chore}",
        "I must not forget to {chore} {day}", "make a note to {chore} {day}", "at {hour} tell me to {chore}",
        "set a reminder to {chore}", "in {span} remind me to turn off the {lamp}",
        "remind me that {person} comes {day}",
    ),
    "play_music": (
        "play (some|) {genre}", "play {song} by {artist}", "put on {artist}", "I want to hear {genre}",
        "play something (new|nice|quiet) by {artist}", "start the {genre} playlist", "(some|) {genre} in the {room}",
        "turn on {artist}", "let's listen to {song}", "turn on some {genre} in the {room}",
    ),
    "stop_music": (
        "stop the music (in the {room}|)", "turn off the music (in the {room}|)", "stop playing {artist}",
        "no more {genre}", "that's enough {genre}", "pause {song}", "quiet, stop the song", "turn off {artist}",
        "don't play {song}",
    ),
    "volume_up": (
        "turn (the music|it|the sound|{artist}) up", "louder (|in the {room})", "turn up the {genre}", "volume up",
        "I can't hear {artist}", "make it louder, not quieter", "it's not loud enough in the {room}",
        "don't turn it down, turn it up",
    ),
    "volume_down": (
        "turn (the music|it|the sound|{artist}) down", "quieter (|in the {room})", "turn down the {genre}",
        "volume down", "{artist} is too loud", "make it quieter, not louder", "it's too loud in the {room}",
        "don't turn it up, turn it down",
    ),
    "light_on": (
        "turn on the {lamp}", "turn the {lamp} on", "switch on the {lamp}", "{lamp} on", "it's dark in the {room}",
        "I can't see anything in the {room}", "make the {room} bright", "don't turn the {lamp} off, turn it on",
        "I want the {lamp} on and not off", "let there be light in the {room}",
    ),
    "light_off": (
        "turn off the {lamp}", "turn the {lamp} off", "switch off the {lamp}", "{lamp} off", "no light in the {room}",
        "make the {room} dark", "it's too bright in the {room}", "don't turn the {lamp} on, turn it off",
        "I want the {lamp} off and not on", "the {lamp} can go out",
    ),
    "weather": (
        "what's the weather (like|) in {city} {day}", "will it rain {day}", "how (warm|cold) is it in {city}",
        "do I need an umbrella {day}", "is it going to snow in {city} {day}", "weather {city}",
        "(is it|will it be) sunny {day}", "what does it look like outside {day}", "forecast for {city} {day}",
    ),
    "news": (
        "what's (in|on) the news", "read me the news (about {topic}|{day}|)", "any news about {topic}",
        "play the news", "what happened in {city}", "headlines about {topic}", "turn on the news",
        "what's new in {topic}", "what do the papers say about {topic}",
    ),
    "joke": (
        "tell me a joke (about {about}|)", "make me laugh", "say something funny (about {about}|)",
        "do you know a joke about {about}", "another joke (|about {about})", "I'm bored, cheer me up",
        "got anything funny on {about}",
    ),
    "time": (
        "what time is it (|in {city})", "what's the time (|in {city})", "how late is it (|in {city})",
        "time in {city}", "is it {hour} already", "do you have the time", "what's today's date",
        "what day is it (|in {city})",
    ),
    "send_message": (
        "(send|write) {person} a message (that|:|saying) {content}", "text {person} {content}",
        "tell {person} {content}", "message {person}: {content}", "let {person} know {content}",
        "write to {person}, {content}",
    ),
    "read_message": (
        "read (me|) (my|the) messages", "read me what {person} wrote", "did {person} text me", "any new messages",
        "what does {person}'s message say", "do I have a message from {person}", "read the message {person} sent",
    ),
    "call": (
        "call {person}", "phone {person}", "ring {person} {day}", "I want to talk to {person}",
        "get {person} on the phone", "call {person} back", "dial {person}", "give {person} a call at {place}",
    ),
    "navigate": (
        "how do I get to {place}", "take me to {place}", "directions to {place}", "navigate to {place}",
        "the way to {place}", "show me the fastest way to {place}", "drive me to {place}", "how far is it to {place}",
        "where is {place}",
    ),
    "translate": (
        "translate {phrase} (into|to) {tongue}", "how do you say {phrase} in {tongue}",
        "what is {phrase} in {tongue}", "say {phrase} in {tongue}", "what does {phrase} mean in {tongue}",
        "{phrase} in {tongue} please",
    ),
    "shopping_list": (
        "add {item} to (my|the) shopping list", "put {item} on the list", "we need {item}", "we're out of {item}",
        "write {item} on the shopping list", "buy {item}", "I have to get {item} and {item}",
        "take {item} off the list",
    ),
}  # fmt: skip

FRAMES = (
    "…", "…", "…", "…", "… please", "… please", "hey, …", "okay, …", "um, …", "… thanks", "hi, …", "so, …",
    "…, thank you", "now, …",
)  # fmt: skip


def mistype(text: str, chance: random.Random) -> str:
    """Exchange two letters of a longer word, drop one or type one twice."""
    words = text.split(" ")
    places = [place for place, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not places:
        return text
    place = chance.choice(places)
    word = words[place]
    at = chance.randrange(1, len(word) - 2)
    words[place] = chance.choice(
        [
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
        ]
    )
    return " ".join(words)
